"""What results come to: a fold, so folding twice gives the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from chalicelib.survey.model import (
    Answer,
    Choice,
    KeyCount,
    Question,
    QuestionFigures,
    Survey,
    SurveyFigures,
    SurveyResult,
)
from chalicelib.survey.rules import average

Place = tuple[str, str]
"""Survey and question."""


def fold(results: Iterable[SurveyResult], newest: Mapping[str, Survey], *, whole: bool) -> SurveyFigures:
    """Return the figures of results. newest: of each survey the newest version among them, for its words."""
    found = list(results)
    by_question: dict[Place, list[Answer]] = defaultdict(list)
    for result in found:
        for answer in result.answers:
            by_question[result.survey_id, answer.question_id].append(answer)
    every = [answer for answers in by_question.values() for answer in answers]
    return SurveyFigures(
        asked=len(found),
        answered=sum(bool(result.answers) for result in found),
        complete=sum(result.complete for result in found),
        low=sum(result.low for result in found),
        average=average(answer.score for answer in every),
        questions=tuple(_question(place, by_question[place], newest) for place in _in_order(by_question, newest)),
        whole=whole,
    )


def _in_order(found: Mapping[Place, object], newest: Mapping[str, Survey]) -> list[Place]:
    """Return the questions as the surveys put them; those that were taken out of a survey come last."""
    asked = [(id, question.question_id) for id in sorted(newest) for question in newest[id].questions]
    return [*(place for place in asked if place in found), *sorted(place for place in found if place not in asked)]


def _question(place: Place, answers: list[Answer], newest: Mapping[str, Survey]) -> QuestionFigures:
    survey_id, question_id = place
    survey = newest.get(survey_id)
    question = next((one for one in survey.questions if one.question_id == question_id), None) if survey else None
    return QuestionFigures(
        survey_id=survey_id,
        question_id=question_id,
        name=question.name if question else question_id,
        answered=len(answers),
        average=average(answer.score for answer in answers),
        low=sum(answer.low for answer in answers),
        keys=tuple(_key(key, answers, question) for key in _keys(answers, question)),
    )


def _keys(answers: list[Answer], question: Question | None) -> list[str]:
    """Return the keys, those that nobody pressed too."""
    return sorted({answer.key for answer in answers} | {one.key for one in (question.choices if question else ())})


def _key(key: str, answers: list[Answer], question: Question | None) -> KeyCount:
    known: Choice | None = question.choice(key) if question else None
    pressed = [answer for answer in answers if answer.key == key]
    score = known.score if known else pressed[0].score
    return KeyCount(key=key, label=known.label if known else "", score=score, count=len(pressed))
