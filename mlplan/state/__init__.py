"""State: what was applied last, its journal and its lock, on disk."""
