"""Figures of `make bench`: each is printed as a `name: value` line."""
