"""Mutation testing of the pure modules: a test suite is worth what it notices."""
