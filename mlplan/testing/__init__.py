"""Testing: the contract suite and its helpers, shipped for the authors of providers."""
