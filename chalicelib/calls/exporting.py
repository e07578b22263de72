"""Call records as CSV, safe to open in a spreadsheet."""

import csv
import io
from datetime import UTC, datetime

from chalicelib.calls import records
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.postings import Wanted
from chalicelib.kernel.principal import Principal

ROW_LIMIT = 5_000
HEADINGS = {
    "zh-CN": ["通话编号", "方向", "客户号码", "归属地", "中继号码", "技能组", "座席", "开始时间(UTC)", "接通时间(UTC)",
              "结束时间(UTC)", "等待秒数", "通话秒数", "保留秒数", "结束原因", "小结"],
    "en": ["call id", "direction", "customer number", "attribution", "trunk number", "group", "agents", "started (UTC)",
           "answered (UTC)", "ended (UTC)", "wait s", "talk s", "hold s", "cause", "disposition"],
}  # fmt: skip


def csv_of(wanted: Wanted, who: Principal, locale: str) -> str:
    """Return at most ROW_LIMIT rows, newest first, with headings in the locale's words."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS[locale])
    cursor: str | None = None
    written = 0
    while written < ROW_LIMIT:
        page = records.search(wanted, who, cursor, 200)
        for record in page.items:
            writer.writerow([_cell(value) for value in _values(record)])
        written += len(page.items)
        cursor = page.cursor
        if cursor is None:
            break
    return "\ufeff" + out.getvalue()


def _values(record: CallRecord) -> list[object]:
    return [
        record.call_id, record.direction, record.customer_number, record.attribution or "", record.trunk_number or "",
        record.group_id or "", " ".join(record.agent_ids), _instant(record.started_at), _instant(record.answered_at),
        _instant(record.ended_at), record.wait_s, record.talk_s, record.hold_s, record.cause or "",
        record.disposition or "",
    ]  # fmt: skip


def _instant(at: int | None) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def _cell(value: object) -> str:
    """Return a cell that a spreadsheet does not take for a formula (numbers keep their plus sign behind a quote)."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
