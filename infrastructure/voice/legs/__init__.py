"""Far ends of calls, and what stands behind those without media: scripts, browsers, generated audio."""
