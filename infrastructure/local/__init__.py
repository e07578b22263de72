"""The laptop stack: the production template deployed into an emulator, with one origin in front of it.

`python -m infrastructure.local --help` lists what it can do. Everything it keeps lives under one directory
(`.local/` unless ZHIYIN_HOME says otherwise), everything it listens on is in `settings.py`.
"""
