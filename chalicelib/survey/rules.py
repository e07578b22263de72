"""Decisions on surveys and results: pure functions."""

from collections.abc import Iterable

from msgspec.structs import replace

from chalicelib.survey.errors import RepeatedKey, RepeatedQuestion, SilentQuestion
from chalicelib.survey.model import Answer, Question, Survey, SurveyResult, SurveyRun

REPEATS = 1
"""How often a question is put again."""


def check(survey: Survey) -> None:
    """Raise what is wrong with a survey. Errors: RepeatedQuestion, RepeatedKey, SilentQuestion."""
    seen = set[str]()
    for question in survey.questions:
        if question.question_id in seen:
            raise RepeatedQuestion(id=question.question_id)
        seen.add(question.question_id)
        _check_question(question)


def _check_question(question: Question) -> None:
    keys = [choice.key for choice in question.choices]
    repeated = next((key for key in keys if keys.count(key) > 1), None)
    if repeated is not None:
        raise RepeatedKey(key=repeated, question=question.name)
    if not any([question.prompt.prompt_id, *question.prompt.texts.values(), *question.prompt.audio.values()]):
        raise SilentQuestion(question=question.name)


def answered(run: SurveyRun, survey: Survey, digits: str | None, now: int) -> SurveyRun:
    """Return the run after a key, or after silence (None).

    A question that was not answered is put again once. After that, who pressed a wrong key hears the next question;
    who stayed silent has gone, and the survey is over.
    """
    question = survey.questions[run.question]
    choice = question.choice(digits)
    if choice is not None:
        low = question.low is not None and choice.score is not None and choice.score <= question.low
        given = Answer(question_id=question.question_id, key=choice.key, score=choice.score, low=low, at=now)
        return _next(replace(run, answers=(*run.answers, given)), survey, now)
    if run.tries < REPEATS:
        return replace(run, tries=run.tries + 1)
    return _next(run, survey, now) if digits else replace(run, ended_at=now)


def _next(run: SurveyRun, survey: Survey, now: int) -> SurveyRun:
    following = run.question + 1
    if following < len(survey.questions):
        return replace(run, question=following, tries=0)
    return replace(run, ended_at=now)


def average(scores: Iterable[int | None]) -> float | None:
    """Return the mean of what is a score, None without any."""
    found = [score for score in scores if score is not None]
    return round(sum(found) / len(found), 2) if found else None


def result_of(
    run: SurveyRun, number: int, call_id: str, *, questions: int, direction: str, customer_number: str
) -> SurveyResult:
    """Return what is kept of the `number`-th run of a call. questions: how many the survey had."""
    return SurveyResult(
        result_id=f"{call_id}.{number}", call_id=call_id, survey_id=run.survey_id, version=run.version, at=run.began_at,
        direction=direction, customer_number=customer_number, group_id=run.group_id, agent_id=run.agent_id,
        answers=run.answers, complete=len(run.answers) == questions,
        average=average(answer.score for answer in run.answers), low=any(answer.low for answer in run.answers),
    )  # fmt: skip
