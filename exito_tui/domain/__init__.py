"""What a sessions root means. Pure: no I/O, no clock, no user interface."""
