"""Documents: the text of an artefact, cut into blocks."""
