"""Legs with media: a SIP user agent, the door before it, and the leg that the engine sees."""
