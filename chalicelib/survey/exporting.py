"""Results as CSV, a row for each answer, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from chalicelib.kernel.paging import PAGE_LIMIT
from chalicelib.kernel.principal import Principal
from chalicelib.survey import service
from chalicelib.survey.model import SurveyResult
from chalicelib.survey.service import Asked

ROW_LIMIT = 5_000
HEADINGS = {
    "zh-CN": ["通话编号", "时间(UTC)", "技能组", "座席", "客户号码", "调查", "问题", "按键", "选项", "分值", "低分"],
    "en": ["call id", "time (UTC)", "group", "agent", "customer number", "survey", "question", "key", "choice", "score",
           "low"],
}  # fmt: skip


def csv_of(asked: Asked, who: Principal, locale: str) -> str:
    """Return at most ROW_LIMIT answers, newest first, with headings in the locale's words."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS[locale])
    for number, row in enumerate(_rows(asked, who)):
        if number == ROW_LIMIT:
            break
        writer.writerow([_cell(value) for value in row])
    return "\ufeff" + out.getvalue()


def _rows(asked: Asked, who: Principal) -> Iterator[list[object]]:
    cursor: str | None = None
    for _ in range(service.COUNTED_PAGES):
        page = service.search(asked, who, cursor, PAGE_LIMIT)
        for result in page.items:
            yield from _answers(result)
        cursor = page.cursor
        if cursor is None:
            return


def _answers(result: SurveyResult) -> Iterator[list[object]]:
    survey = service.find_version(result.survey_id, result.version)
    questions = {question.question_id: question for question in survey.questions} if survey else {}
    at = datetime.fromtimestamp(result.at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    for answer in result.answers:
        question = questions.get(answer.question_id)
        choice = question.choice(answer.key) if question else None
        yield [
            result.call_id, at, result.group_id, result.agent_id, result.customer_number,
            survey.name if survey else result.survey_id, question.name if question else answer.question_id, answer.key,
            choice.label if choice else "", "" if answer.score is None else answer.score, "1" if answer.low else "",
        ]  # fmt: skip


def _cell(value: object) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
