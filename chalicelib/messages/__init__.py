"""Short messages to callers: what was asked to be sent, sent once.

Owns the record of each message and its delivery to the carrier. Promises: a message is given to a carrier once at the
most; a request that timed out is not repeated, since the carrier may have taken it.
"""
