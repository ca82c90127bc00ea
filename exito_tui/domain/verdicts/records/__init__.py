"""What Claude Code's own records say of a session, as far as a verdict goes."""
