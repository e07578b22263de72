"""How surveys are stored: the present one by its id, every version beside it; results in an index of their own."""

from functools import lru_cache

from msgspec.structs import replace
from pynamodb.transactions import TransactWrite

from chalicelib.kernel.postings import Postings
from chalicelib.kernel.records import Collection, transact
from chalicelib.survey.model import SURVEY_RESULTS, Survey, SurveyResult

VERSIONS_HELD = 128

surveys: Collection[Survey] = Collection("surveys", Survey, "survey_id", "survey")
_versions: Collection[Survey] = Collection("surveys", Survey, "survey_id", "survey version", collection="versions")
results: Postings[SurveyResult] = Postings(SURVEY_RESULTS, SurveyResult)


def save(survey: Survey) -> Survey:
    """Store a survey in the place of the version that was read, with the new version beside it. Errors: Lost."""
    saved = replace(survey, version=survey.version + 1)
    kept = replace(saved, survey_id=_version_id(survey.survey_id, saved.version), version=0)

    def write(transaction: TransactWrite) -> None:
        surveys.save_in(transaction, survey)
        _versions.save_in(transaction, kept)

    transact(write)
    return saved


@lru_cache(maxsize=VERSIONS_HELD)
def version(survey_id: str, number: int) -> Survey:
    """Return a version of a survey; it never changes, so the process keeps it. Errors: NotFound."""
    return replace(_versions.read(_version_id(survey_id, number)), survey_id=survey_id, version=number)


def _version_id(survey_id: str, number: int) -> str:
    return f"{survey_id}@{number}"
