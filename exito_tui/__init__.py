"""exito-tui: what the multi-agent workflows of a project are doing, live, in a side terminal."""

# A plain constant: reading it from the package metadata costs 25 ms at every start.
__version__ = "0.1.0"
