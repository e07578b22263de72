"""The interpreter: TwiML text in, verbs out. Pure."""
