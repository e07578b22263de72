"""Runs the functions of app.py for the emulator, each invocation in a process that does nothing else meanwhile.

The emulator posts an event here and gets the function's answer. Chalice keeps the current request in one place of the
process, as Lambda allows it to, so concurrency is by processes, never by threads.
"""
