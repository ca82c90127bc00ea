"""Keeping what was read true while files change."""
