"""What became of a question that a flow asked."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.acd.rules.scene import Scene
from chalicelib.ivr.steps import Answered


def _nothing(scene: Scene) -> None:
    """Note nothing."""
    del scene


@dataclass(frozen=True)
class Learned:
    """The answer for the flow, and what is to be noted in the call in the same transaction."""

    answer: Answered
    note: Callable[[Scene], None] = _nothing
