"""How flows are stored: drafts as versioned records, published documents as rows that never change.

Table flow_versions: (flow_id, version ≥ 1) is a published document; (flow_id, 0) is the *head*, a small item that names
the published version. A call reads the head consistently and finds the document in the process's cache.
"""

from typing import Any

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.ivr.model import Document
from chalicelib.kernel.records import Collection, Record, StructAttribute, stored_version, table_meta, transact

HEAD = 0


class FlowLine(Record, frozen=True, kw_only=True):
    """A flow as lists show it. published_version: what callers hear; latest_version: the newest ever published.

    updated_at: when the draft was saved, ms since the epoch.
    """

    flow_id: str
    name: str
    published_version: int | None = None
    latest_version: int = 0
    updated_at: int = 0


class Flow(FlowLine, frozen=True, kw_only=True):
    """A flow as its editor sees it: with the draft."""

    draft: Document


class FlowVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A published document. published_at: ms since the epoch; published_by: username."""

    flow_id: str
    version: int
    document: Document
    published_at: int
    published_by: str


class FlowUses(Record, frozen=True, kw_only=True):
    """What the published version of a flow leads to or asks for: `group:8001`, `schedule:main`, …"""

    flow_id: str
    name: str
    uses: list[str]


class HeadItem(Model):
    """Row (flow_id, 0) of flow_versions: which version callers hear."""

    Meta = table_meta("flow_versions")
    flow_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(range_key=True, default=HEAD)
    published = NumberAttribute()


class VersionItem(Model):
    """Row (flow_id, n) of flow_versions: a published document."""

    Meta = table_meta("flow_versions")
    flow_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(range_key=True)
    data = StructAttribute(FlowVersion)


flows: Collection[Flow] = Collection("flows", Flow, "flow_id", "flow")
flow_uses: Collection[FlowUses] = Collection("flow_uses", FlowUses, "flow_id", "flow")
lines: Collection[FlowLine] = Collection("flows", FlowLine, "flow_id", "flow", part=True)


def published_version(flow_id: str) -> int | None:
    """Return the version that callers hear, read consistently, or None."""
    try:
        return int(HeadItem.get(flow_id, HEAD, consistent_read=True).published)
    except DoesNotExist:
        return None


def find_version(flow_id: str, version: int) -> FlowVersion | None:
    """Return a published version, or None."""
    if version <= HEAD:
        return None
    try:
        return VersionItem.get(flow_id, version).data
    except DoesNotExist:
        return None


def newest_versions(flow_id: str, limit: int) -> list[FlowVersion]:
    """Return published versions, the newest first."""
    found = VersionItem.query(
        flow_id, VersionItem.version > HEAD, scan_index_forward=False, limit=limit, consistent_read=True
    )
    return [item.data for item in found]


def store_publication(flow: Flow, new: FlowVersion | None, uses: list[str]) -> Flow:
    """Store `flow` with its published_version as the head, what that uses, and a new version, all or nothing.

    Errors: Lost when the flow is no longer at `flow.version`, or the version exists.
    """
    saved = msgspec.structs.replace(flow, version=flow.version + 1)

    def build(transaction: TransactWrite) -> None:
        transaction.save(_record_item(saved), condition=stored_version(flow.version))
        transaction.save(HeadItem(flow.flow_id, HEAD, published=flow.published_version))
        transaction.save(_uses_item(FlowUses(flow_id=flow.flow_id, name=flow.name, uses=uses, version=1)))
        if new is not None:
            item = VersionItem(new.flow_id, new.version, data=new)
            transaction.save(item, condition=VersionItem.version.does_not_exist())

    transact(build)
    return saved


def remove(flow: Flow) -> None:
    """Delete a flow and its head; its versions stay for the calls that are in them. Errors: Lost."""

    def build(transaction: TransactWrite) -> None:
        transaction.delete(_record_item(flow), condition=stored_version(flow.version))
        transaction.delete(HeadItem(flow.flow_id, HEAD))
        transaction.delete(flow_uses.model("default", flow.flow_id))

    transact(build)


def _record_item(flow: Flow) -> Any:
    item = flows.model("default", flow.flow_id)
    item.version, item.data = flow.version, flow
    return item


def _uses_item(uses: FlowUses) -> Any:
    item = flow_uses.model("default", uses.flow_id)
    item.version, item.data = uses.version, uses
    return item
