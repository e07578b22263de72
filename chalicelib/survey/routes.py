"""Surveys and their results, over HTTP."""

from typing import Annotated, Final

import msgspec

from chalicelib.kernel.errors import InvalidInput
from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Reply, Router
from chalicelib.survey import exporting, service
from chalicelib.survey.model import Survey, SurveyFigures, SurveyResult
from chalicelib.survey.service import Asked

router: Final = Router("surveys")

READ: Final = "surveys.read"
WRITE: Final = "surveys.write"
RESULTS: Final = "surveys.results"

Word = Annotated[str, msgspec.Meta(max_length=100)]


class SurveyList(msgspec.Struct, frozen=True):
    """Paging."""

    cursor: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = PAGE_SIZE


class SurveyVersion(msgspec.Struct, frozen=True):
    """The version that was read."""

    version: int | None = None


class ResultQuery(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Which results; from/to: ms. low: true for those with a low answer alone."""

    survey_id: Word | None = None
    group_id: Word | None = None
    agent_id: Word | None = None
    from_: int | None = None
    to: int | None = None
    low: bool = False
    cursor: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = PAGE_SIZE

    def asked(self) -> Asked:
        """Return the search."""
        return Asked(
            survey_id=self.survey_id, group_id=self.group_id, agent_id=self.agent_id, from_at=self.from_,
            to_at=self.to, low=self.low,
        )  # fmt: skip


@router.get("/surveys", permission=READ)
def list_surveys(query: SurveyList) -> Page[Survey]:
    """List surveys in the order of their ids."""
    return service.page(query.cursor, query.limit)


@router.post("/surveys", permission=WRITE, status=201)
def create_survey(who: Principal, body: Survey) -> Survey:
    """Create a survey; its id is made here."""
    return service.create(body, who)


@router.get("/surveys/{survey_id}", permission=READ)
def read_survey(survey_id: str) -> Survey:
    """Read a survey."""
    return service.read(survey_id)


@router.put("/surveys/{survey_id}", permission=WRITE)
def update_survey(who: Principal, survey_id: str, body: Survey) -> Survey:
    """Change a survey; calls that are in it finish on the version that they began."""
    if body.survey_id != survey_id:
        raise InvalidInput(reason="survey_id")
    return service.update(body, who)


@router.delete("/surveys/{survey_id}", permission=WRITE)
def delete_survey(who: Principal, survey_id: str, query: SurveyVersion) -> None:
    """Delete a survey that no group uses; its results stay."""
    service.delete(survey_id, query.version, who)


@router.get("/survey-results", permission=RESULTS)
def list_survey_results(who: Principal, query: ResultQuery) -> Page[SurveyResult]:
    """List results, newest first."""
    return service.search(query.asked(), who, query.cursor, query.limit)


@router.get("/survey-results/figures", permission=RESULTS)
def read_survey_figures(who: Principal, query: ResultQuery) -> SurveyFigures:
    """Add up results: averages, how often each key was pressed, low answers; of the newest 5,000 at most."""
    return service.summary(query.asked(), who)


@router.get("/survey-results/export", permission=RESULTS)
def export_survey_results(who: Principal, query: ResultQuery, locale: str) -> Reply:
    """Export results as CSV, a row for each answer."""
    name = 'attachment; filename="survey-results.csv"'
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": name}
    return Reply(exporting.csv_of(query.asked(), who, locale), headers=headers)
