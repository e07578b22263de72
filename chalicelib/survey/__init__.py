"""Satisfaction surveys: what callers are asked by key after a call, what they answered, what that comes to.

A survey changes by versions that stay, so that old results can always be read. How a call goes through one is the
business of `acd` (transitions) and `calls` (documents).
"""
