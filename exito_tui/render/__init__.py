"""Turning blocks into styled lines with Rich, for the command line and the screen alike."""
