"""mlplan: platform-as-code for ML teams; declare, plan, apply."""

__version__ = "0.1.0"
