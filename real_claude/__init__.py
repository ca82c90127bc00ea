"""The real Claude Code, shut in with a scripted model: does it still do what exito-tui reads?

Claude Code is Anthropic's and comes under its own terms; nothing of it is part of this project.
"""
