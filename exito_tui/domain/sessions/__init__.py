"""Sessions: what their names mean, their files, and how they are listed and found."""
