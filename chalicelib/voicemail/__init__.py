"""Voicemail: the messages that callers left, who may hear them, and what was done about them."""
