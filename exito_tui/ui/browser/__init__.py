"""The one screen, and what it is made of besides widgets."""
