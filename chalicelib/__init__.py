"""Zhiyin: the product, one package per capability (see docs/architecture.md for the rooms and the order of layers)."""
