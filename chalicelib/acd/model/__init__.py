"""The words of the ACD: agents, calls with their legs and offers, groups, list entries, events."""
