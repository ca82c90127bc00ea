"""The document view: a file as it is read, laid out, painted, searched and followed."""
