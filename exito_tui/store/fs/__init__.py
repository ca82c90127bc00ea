"""The file system: reading it without following links, and the only calls that change it."""
