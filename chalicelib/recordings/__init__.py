"""Recordings: the row before the audio, the copy from the carrier into our own storage, search, play and download.

Promises: a recording that the carrier made is never lost – it is deleted there only after our copy's hash was checked,
every step can be repeated, and a daily job compares the carrier's list with our rows. Nobody hears a recording outside
his data scope, and every play and download is written down.
"""
