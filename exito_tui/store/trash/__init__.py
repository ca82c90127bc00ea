"""The trash: its layout, its journal, and what is in it."""
