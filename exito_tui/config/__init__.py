"""Settings, from files, the environment and flags."""
