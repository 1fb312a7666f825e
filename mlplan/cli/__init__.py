"""Cli: one command per file; it reads the words, calls the use case and prints the result."""
