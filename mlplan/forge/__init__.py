"""Forge: the place where pull requests are, and what mlplan asks of it; so far that is GitHub."""
