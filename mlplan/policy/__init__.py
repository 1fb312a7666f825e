"""Policy: the rules that a plan is held against, and what each says of it."""
