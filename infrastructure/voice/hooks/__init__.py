"""Requests to the platform: signed webhooks and call-backs, how they travel, how they misbehave on demand."""
