"""ACD: agents, groups, waiting and ready lists, offers, and the assignment of a call to an agent.

Promises that one call is never with two agents nor one agent with two calls (every step is one conditional
transaction over the records that it touches), that cost does not grow with the length of a queue, and that no
transient state lacks a due time.
"""
