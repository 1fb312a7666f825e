"""Config: the user's files, read, checked and resolved into a declaration."""
