"""App: one use case per verb of the command line; each returns a result object."""
