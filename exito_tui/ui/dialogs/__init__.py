"""What opens on top of the browser."""
