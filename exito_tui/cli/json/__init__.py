"""What is printed as JSON."""
