"""The only code that touches session files. Knows nothing of the user interface."""
