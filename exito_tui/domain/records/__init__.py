"""What Claude Code's own records tell of the sessions."""
