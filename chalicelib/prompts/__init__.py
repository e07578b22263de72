"""The prompt library: what the centre says, recorded or spoken by the carrier, per language.

Owns prompts and their audio. Promises: only audio that was checked whole is ever played; its address holds its hash,
so no cache serves an older recording; a replaced file stays where it is, for calls in progress may be playing it.
"""
