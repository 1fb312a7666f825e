"""Engine: what differs, in which order it changes, and the run that changes it."""
