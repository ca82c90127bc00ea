"""What Claude Code itself knows: read-only, lenient, optional."""
