"""The call engine: calls, documents, conferences, queues, recordings. Knows a call's far end only as a `Leg`."""
