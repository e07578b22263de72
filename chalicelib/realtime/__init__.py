"""Real time: tells open screens what changed, over a WebSocket.

Promises that a message carries the whole public state of an entity and its version, that a screen which subscribes,
reads the snapshot and drops what is not newer ends with the truth whatever was repeated, re-ordered or lost, that
nobody hears what lies outside his permissions and data scope, and that the number of posts of a wall does not grow
with the number of changes.
"""
