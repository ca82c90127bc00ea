"""Signs, colours and strips."""
