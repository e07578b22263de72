"""The voice contract: what we say to whatever carries voice, and what we believe of what it says to us.

Owns the carriers' settings, the verification of webhooks, the documents (TwiML) that we answer, the REST client, the
browser phone's token and phone numbers. Promises: nothing of an unverified webhook is read, a carrier's failure is a
value and never an exception, and no caller of this package asks which carrier it is.
"""
