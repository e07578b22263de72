"""The words of surveys: a survey, its questions and keys; a run of it in a call; the stored result."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.ivr.model import FlowPrompt
from chalicelib.kernel.records import Record

SURVEY_RESULTS = "survey_results"

Key = Annotated[str, Meta(pattern=r"^[0-9]$")]
Score = Annotated[int, Meta(ge=0, le=100)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
QuestionId = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,32}$")]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A key that answers a question. score: what it counts in averages, None: it is no mark."""

    key: Key
    label: Annotated[str, Meta(max_length=100)] = ""
    score: Score | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question. question_id: the same in every version, so that results of several can be added up. name: in tables
    and figures. low: an answer whose score is at most this is a low one."""

    question_id: QuestionId
    name: Name
    prompt: FlowPrompt
    choices: Annotated[tuple[Choice, ...], Meta(min_length=1, max_length=10)]
    low: Score | None = None

    def choice(self, key: str | None) -> Choice | None:
        """Return what a key means here, None for one that means nothing."""
        return next((one for one in self.choices if one.key == key), None)


class Survey(Record, frozen=True, kw_only=True):
    """A survey as callers hear it. answer_s: how long a caller may think about an answer."""

    survey_id: Annotated[str, Meta(max_length=64)] = ""
    name: Name
    intro: FlowPrompt = FlowPrompt()
    questions: Annotated[tuple[Question, ...], Meta(min_length=1, max_length=10)]
    thanks: FlowPrompt = FlowPrompt()
    answer_s: Annotated[int, Meta(ge=2, le=30)] = 6


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. score and low: what it counted in the version that was asked. at: ms."""

    question_id: str
    key: str
    score: int | None = None
    low: bool = False
    at: int = 0


class SurveyRun(msgspec.Struct, frozen=True, kw_only=True):
    """A survey in a call. Instants in ms.

    version: of the survey, 0 until its first question was put. agent_id: who is judged, "" in a flow without one.
    question: index of the one that is put now; tries: how often it was put in vain. ended_at: when the last question
    was answered, or the caller had been silent for long enough; None in an ended call: he hung up before.
    """

    survey_id: str
    began_at: int
    version: int = 0
    group_id: str = ""
    agent_id: str = ""
    question: int = 0
    tries: int = 0
    answers: tuple[Answer, ...] = ()
    ended_at: int | None = None


class SurveyResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller answered, filed when his call is over. at: when the survey began (ms).

    complete: every question was answered. average: of the scores, None without any. low: one answer at least was low.
    """

    result_id: str
    call_id: str
    survey_id: str
    version: int
    at: int
    direction: str = "inbound"
    customer_number: str = ""
    group_id: str = ""
    agent_id: str = ""
    answers: tuple[Answer, ...] = ()
    complete: bool = False
    average: float | None = None
    low: bool = False


class KeyCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often a key was pressed. label and score: of the newest version that was asked."""

    key: str
    label: str
    score: int | None
    count: int


class QuestionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What the answers to a question come to. average: of the scores, None without any."""

    survey_id: str
    question_id: str
    name: str
    answered: int
    average: float | None
    low: int
    keys: tuple[KeyCount, ...]


class SurveyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What a set of results comes to. asked: callers who heard a question; answered: who pressed a key at least once;
    complete: who answered all; low: who gave a low answer. whole: False when there are more than were counted."""

    asked: int
    answered: int
    complete: int
    low: int
    average: float | None
    questions: tuple[QuestionFigures, ...]
    whole: bool
