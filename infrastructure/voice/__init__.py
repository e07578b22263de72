"""A programmable voice carrier that speaks Twilio's contract: TwiML, REST 2010-04-01, signed webhooks, status
callbacks.

The interpreter, the call engine and the REST layer know a call's far end only as a `Leg` (leg.py). Today the leg is
scripted or a browser without media, which makes this the simulator; a SIP leg turns the same engine into the gateway.
"""
