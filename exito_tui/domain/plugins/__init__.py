"""The commands and agents of a Claude Code plugin, and whether they keep the session contract."""
