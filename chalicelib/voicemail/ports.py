"""Who is told of a message that came in or changed; connected once, when the application starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chalicelib.voicemail.model import Voicemail


def _nobody(_voicemail: Voicemail) -> None:
    """Nobody wants to know yet."""


@dataclass
class Ports:
    """tell: called with every message after it was stored, at least once."""

    tell: Callable[[Voicemail], None] = _nobody


ports: Final = Ports()
