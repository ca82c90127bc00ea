"""Workflows: which agents work in which order, and what their files are."""
