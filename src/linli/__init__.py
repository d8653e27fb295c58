"""Linli 邻里 runs a neighbourhood."""

__version__ = "0.1.0"
