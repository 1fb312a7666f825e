"""Evidence: what a plan says about two model versions, and about who is touched by moving from one to the other."""
