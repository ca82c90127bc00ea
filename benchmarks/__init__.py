"""Side-by-side measurements: this program and a peer, in one run on one machine. What counts is the
ratio."""
