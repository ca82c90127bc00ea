"""Reading a root: its sessions, their files, and what those say."""
