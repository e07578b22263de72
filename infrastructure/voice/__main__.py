"""`python -m infrastructure.voice`."""

import sys

from infrastructure.voice.cli import main

sys.exit(main())
