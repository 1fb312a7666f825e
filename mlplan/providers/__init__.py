"""Providers: the platforms; each is a set of handlers behind `mlplan.core.provider`."""
