"""What the customer of a call was asked, in the words that he heard then, and what he answered."""

import msgspec

from chalicelib.acd.model.call import Call
from chalicelib.survey import service as surveys
from chalicelib.survey.model import Answer, Question, SurveyRun


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was answered. name, label: as the survey's version has them."""

    question_id: str
    name: str
    key: str
    label: str
    score: int | None
    low: bool
    at: int


class SurveyView(msgspec.Struct, frozen=True, kw_only=True):
    """One survey of a call. asked: how many questions it has. ended_at: None when the customer hung up before."""

    survey_id: str
    name: str
    agent_id: str
    group_id: str
    began_at: int
    ended_at: int | None
    asked: int
    answers: tuple[AnswerView, ...]


def survey_views(call: Call) -> list[SurveyView]:
    """Return the surveys of a call; one of which no question was put is not among them."""
    return [_view(run) for run in call.surveys if run.version]


def _view(run: SurveyRun) -> SurveyView:
    survey = surveys.find_version(run.survey_id, run.version)
    questions = {question.question_id: question for question in survey.questions} if survey else {}
    return SurveyView(
        survey_id=run.survey_id,
        name=survey.name if survey else run.survey_id,
        agent_id=run.agent_id,
        group_id=run.group_id,
        began_at=run.began_at,
        ended_at=run.ended_at,
        asked=len(questions),
        answers=tuple(_answer(answer, questions.get(answer.question_id)) for answer in run.answers),
    )


def _answer(answer: Answer, question: Question | None) -> AnswerView:
    choice = question.choice(answer.key) if question else None
    return AnswerView(
        question_id=answer.question_id,
        name=question.name if question else answer.question_id,
        key=answer.key,
        label=choice.label if choice else "",
        score=answer.score,
        low=answer.low,
        at=answer.at,
    )
