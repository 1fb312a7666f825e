"""Core: the nouns that every other room speaks in; standard library and pydantic only."""
