"""One module for each command; each has `run(options)`, which returns the exit code."""
