"""Calls: a call's life from the first webhook to its record – inbound, outbound, control by agents, ending.

Promises that every webhook may come twice, late or out of order; that every call ends once; that no agent stays in a
call that is over; that a caller whose agent's browser died hears music and is served again.
"""
