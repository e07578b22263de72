"""Who is told of a low answer, and what keeps a survey from being deleted; connected when the application starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chalicelib.survey.model import SurveyResult


def _nobody(_result: SurveyResult, _departments: tuple[str, ...]) -> None:
    """Nobody wants to know yet."""


def _unused(_survey_id: str) -> str | None:
    return None


@dataclass
class Ports:
    """tell: called with every low result and the departments whose supervisors may see it, after it was stored, at
    least once. user_of: returns the name of what uses a survey, or None."""

    tell: Callable[[SurveyResult, tuple[str, ...]], None] = _nobody
    user_of: Callable[[str], str | None] = _unused


ports: Final = Ports()
