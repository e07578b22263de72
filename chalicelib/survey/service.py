"""What is done with surveys: made, changed, deleted; results filed, searched, added up."""

from typing import Final

import msgspec
from msgspec.structs import replace

from chalicelib.kernel.audit import audit
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import AlreadyExists, ChangedMeanwhile, InUse, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.postings import Facts, Wanted, Where
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import Lost
from chalicelib.survey import figures, rules, tables
from chalicelib.survey.model import Survey, SurveyFigures, SurveyResult
from chalicelib.survey.ports import ports

COUNTED_PAGES: Final = 25
"""Pages of 200 results that figures are made of."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which results: of a survey, a group, an agent, a time (ms, `to` exclusive), low ones alone."""

    survey_id: str | None = None
    group_id: str | None = None
    agent_id: str | None = None
    from_at: int | None = None
    to_at: int | None = None
    low: bool = False

    @property
    def wanted(self) -> Wanted:
        """Return the search."""
        where = [Where("survey_id", "equal", self.survey_id)] if self.survey_id else []
        where += [Where("low", "equal", True)] if self.low else []
        return Wanted(
            from_at=self.from_at, to_at=self.to_at, agent_id=self.agent_id, group_id=self.group_id, where=tuple(where)
        )


def page(cursor: str | None, limit: int) -> Page[Survey]:
    """Return one page of surveys in the order of their ids."""
    return tables.surveys.page(cursor, limit)


def read(survey_id: str) -> Survey:
    """Return a survey as it is asked now. Errors: NotFound."""
    return tables.surveys.read(survey_id)


def version(survey_id: str, number: int) -> Survey:
    """Return a version of a survey. Errors: NotFound."""
    return tables.version(survey_id, number)


def create(survey: Survey, who: Principal) -> Survey:
    """Store a new survey under an id of ours. Errors: RepeatedQuestion, RepeatedKey, SilentQuestion, AlreadyExists."""
    rules.check(survey)
    made = replace(survey, survey_id=new_id(), version=0)
    audit(f"survey#{made.survey_id}", who.username, "create")
    try:
        return tables.save(made)
    except Lost as error:
        raise AlreadyExists(kind="survey", id=made.survey_id) from error


def update(survey: Survey, who: Principal) -> Survey:
    """Replace a survey at the version that was read; calls in progress finish on theirs.

    Errors: NotFound, ChangedMeanwhile, RepeatedQuestion, RepeatedKey, SilentQuestion.
    """
    rules.check(survey)
    read(survey.survey_id)
    audit(f"survey#{survey.survey_id}", who.username, "update")
    try:
        return tables.save(survey)
    except Lost as error:
        raise ChangedMeanwhile(kind="survey", id=survey.survey_id) from error


def delete(survey_id: str, number: int | None, who: Principal) -> None:
    """Delete a survey that nothing uses; its results and versions stay. Errors: NotFound, InUse, ChangedMeanwhile."""
    read(survey_id)
    user = ports.user_of(survey_id)
    if user is not None:
        raise InUse(kind="survey", id=survey_id, by=user)
    audit(f"survey#{survey_id}", who.username, "delete")
    tables.surveys.delete(survey_id, number)


def file(result: SurveyResult, departments: tuple[str, ...], revision: int) -> None:
    """Store a result and tell of a low one; again: the same rows, and the same is told."""
    tables.results.write(_facts(result, departments), result, revision)
    if result.low:
        ports.tell(result, departments)


def _facts(result: SurveyResult, departments: tuple[str, ...]) -> Facts:
    return Facts(
        id=result.result_id,
        started_at=result.at,
        agents=(result.agent_id,) if result.agent_id else (),
        numbers=(result.customer_number,) if result.customer_number else (),
        groups=(result.group_id,) if result.group_id else (),
        departments=departments,
    )


def search(asked: Asked, who: Principal, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[SurveyResult]:
    """Return one page of the results that `who` may see, newest first. Errors: InvalidInput for a foreign cursor."""
    return tables.results.search(asked.wanted, who, now_ms(), cursor, limit)


def summary(asked: Asked, who: Principal) -> SurveyFigures:
    """Return what the results that `who` may see come to: of the newest 5,000 at most."""
    found, whole = _counted(asked, who)
    return figures.fold(found, _newest(found), whole=whole)


def _counted(asked: Asked, who: Principal) -> tuple[list[SurveyResult], bool]:
    found: list[SurveyResult] = []
    cursor: str | None = None
    for _ in range(COUNTED_PAGES):
        part = search(asked, who, cursor, PAGE_LIMIT)
        found += part.items
        cursor = part.cursor
        if cursor is None:
            return found, True
    return found, False


def _newest(results: list[SurveyResult]) -> dict[str, Survey]:
    """Return of each survey the newest version that was asked; one that is missing leaves ids instead of words."""
    numbers: dict[str, int] = {}
    for result in results:
        numbers[result.survey_id] = max(result.version, numbers.get(result.survey_id, 0))
    return {id: found for id, number in numbers.items() if (found := find_version(id, number)) is not None}


def find_version(survey_id: str, number: int) -> Survey | None:
    """Return a version of a survey, None when it is not there."""
    try:
        return tables.version(survey_id, number)
    except NotFound:
        return None


def own(username: str, since: int) -> tuple[int, float | None]:
    """Return how many callers judged an agent since an instant (ms), and their average."""
    himself = Principal(username=username, scope="own")
    found, _ = _counted(Asked(agent_id=username, from_at=since), himself)
    judged = [result for result in found if result.answers]
    return len(judged), rules.average(answer.score for result in judged for answer in result.answers)
