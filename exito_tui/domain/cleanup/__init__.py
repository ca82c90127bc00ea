"""Cleaning up, as data: operations, what protects a session, retention, summaries."""
