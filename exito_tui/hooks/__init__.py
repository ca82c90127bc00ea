"""What Claude Code's hooks do. Quick to import, silent, and never in the way: a failure is as if
there were no hook."""
