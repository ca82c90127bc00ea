"""The doctor: what is wrong with a root's folders and files."""
