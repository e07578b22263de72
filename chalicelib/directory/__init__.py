"""Where a call is led before anybody is asked: trunk numbers, opening hours, black and white lists, extensions.

Promises: one decision per incoming call from three key reads at most (one when the process has seen the number in the
last seconds); the decision says why; a list that cannot be read costs nobody his call.
"""
