"""What every capability stands on: configuration, errors, ids, clock, paging, logging, typed routes, versioned records.

The kernel knows nothing of calls or agents and imports no other capability.
"""
