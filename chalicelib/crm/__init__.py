"""Customers, kept simple: who they are, their numbers, their calls, and the screen pop when one of them calls.

Promises: a customer's numbers are found the moment the customer is stored (one transaction), two people never
overwrite each other's changes, and text is kept exactly as it was given – nothing in it is ever interpreted.
"""
