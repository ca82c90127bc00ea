"""Verdicts: what state a session is in, and the evidence for it."""
