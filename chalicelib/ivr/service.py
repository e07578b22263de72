"""Use cases of flows: draft, validate, publish, roll back; and for calls: the published version and its document."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from chalicelib.directory.hours import instant_of
from chalicelib.ivr import settings, simulating, tables
from chalicelib.ivr.errors import FlowHasProblems, FlowNotPublished, FlowTooLarge
from chalicelib.ivr.library import NO_FLOWS, Library
from chalicelib.ivr.model import Document, called_flows, returns_of, uses_of
from chalicelib.ivr.problems import Problem
from chalicelib.ivr.prompt_library import prompt_ids
from chalicelib.ivr.simulation import Doing, Simulated, SimulationSettings
from chalicelib.ivr.tables import Flow, FlowLine, FlowVersion
from chalicelib.ivr.validation import References, SubFlow, validate
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import ChangedMeanwhile, InUse, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.paging import PAGE_SIZE, Page
from chalicelib.kernel.records import Lost
from chalicelib.telephony.attribution import normalise

# A stored item holds 400 KB; the record carries the draft once, with some room for the rest.
DOCUMENT_LIMIT = 300_000
VERSIONS_LISTED = 20
SUB_FLOWS_CHECKED = 100
DOCUMENTS_HELD = 128
WITHHELD = "anonymous"


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What flows need to know of capabilities above them; the application connects it at its start.

    references: what exists (groups, agents, schedules), asked before a validation. users_of: the names of what routes
    to a flow (trunk numbers), asked before a deletion. library: the flows and facts that calls are told, for simulated
    ones.
    """

    references: Callable[[], References] = References
    users_of: Callable[[str], list[str]] = lambda _flow_id: []
    library: Library = NO_FLOWS


_surroundings = Surroundings()


def connect(surroundings: Surroundings) -> None:
    """Connect flows with what the capabilities above know."""
    global _surroundings
    _surroundings = surroundings


def page(cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[FlowLine]:
    """Return one page of flows, without their drafts, in the order of their ids."""
    return tables.lines.page(cursor, limit)


def lines() -> list[FlowLine]:
    """Return every flow, without the drafts."""
    return [line for flow_page in _pages() for line in flow_page.items]


def _pages() -> Iterator[Page[FlowLine]]:
    found = page()
    yield found
    while found.cursor:
        found = page(found.cursor)
        yield found


def read(flow_id: str) -> Flow:
    """Return a flow with its draft. Errors: NotFound."""
    return tables.flows.read(flow_id)


def create(name: str, draft: Document, flow_id: str = "") -> Flow:
    """Store a new flow as a draft. Errors: AlreadyExists, FlowTooLarge."""
    _require_size(draft)
    flow_id = flow_id or new_id()
    # The id of a deleted flow may come back: its numbers go on, so that no published version is ever written twice.
    newest = tables.newest_versions(flow_id, 1)
    latest = newest[0].version if newest else 0
    return tables.flows.create(
        Flow(flow_id=flow_id, name=name, draft=draft, latest_version=latest, updated_at=now_ms())
    )


def update(flow_id: str, name: str, draft: Document, version: int) -> Flow:
    """Replace name and draft of the flow at `version`; callers hear no change. Errors: NotFound, ChangedMeanwhile."""
    _require_size(draft)
    held = read(flow_id)
    return tables.flows.update(
        msgspec.structs.replace(held, name=name, draft=draft, version=version, updated_at=now_ms())
    )


def delete(flow_id: str, version: int) -> None:
    """Delete a flow that nothing routes to; calls that are in it finish. Errors: NotFound, InUse, ChangedMeanwhile."""
    held = read(flow_id)
    users = [*_surroundings.users_of(flow_id), *using("flow", flow_id)]
    if users:
        raise InUse(kind="flow", id=flow_id, by=", ".join(users[:5]))
    try:
        tables.remove(msgspec.structs.replace(held, version=version))
    except Lost as error:
        raise ChangedMeanwhile(kind="flow", id=flow_id) from error


def problems(flow_id: str) -> list[Problem]:
    """Return what keeps the draft from being published. Errors: NotFound."""
    return problems_of(read(flow_id).draft, flow_id)


def problems_of(draft: Document, flow_id: str = "") -> list[Problem]:
    """Return what is wrong with a document, stored or not; warnings do not keep it from being published.

    flow_id: whose draft it is, to see whether it would come to call itself; "" when that is not known.
    """
    known = msgspec.structs.replace(
        _surroundings.references(), hosts=settings.read(), flows=_flows_below(draft, flow_id)
    )
    return validate(draft, known)


def _flows_below(draft: Document, flow_id: str) -> dict[str, SubFlow]:
    """Return what is published of the flows that a draft calls, and of those that they call; of its own, the draft."""
    found: dict[str, SubFlow] = {flow_id: _facts_of(draft)} if flow_id else {}
    ahead = sorted(called_flows(draft))
    while ahead and len(found) < SUB_FLOWS_CHECKED:
        called = ahead.pop()
        document = _published_or_none(called) if called not in found else None
        if document is not None:
            found[called] = _facts_of(document)
            ahead.extend(sorted(found[called].calls))
    return found


def _facts_of(document: Document) -> SubFlow:
    return SubFlow(returns=frozenset(returns_of(document)), calls=frozenset(called_flows(document)))


def _published_or_none(flow_id: str) -> Document | None:
    try:
        return published(flow_id)[1]
    except NotFound:
        return None


def publish(flow_id: str, by: str) -> Flow:
    """Make the draft a new version and let callers hear it. Errors: NotFound, FlowHasProblems, ChangedMeanwhile."""
    held = read(flow_id)
    found = [one for one in problems_of(held.draft, flow_id) if not one.is_warning]
    if found:
        raise FlowHasProblems(count=len(found), problems=msgspec.to_builtins(found))
    number = held.latest_version + 1
    new = FlowVersion(flow_id=flow_id, version=number, document=held.draft, published_at=now_ms(), published_by=by)
    published = msgspec.structs.replace(held, published_version=number, latest_version=number)
    return _store(published, new, held.draft)


def rollback(flow_id: str, number: int) -> Flow:
    """Let callers hear an older (or again a newer) version; the draft stays. Errors: NotFound, ChangedMeanwhile."""
    held = read(flow_id)
    document = version(flow_id, number).document
    return _store(msgspec.structs.replace(held, published_version=number), None, document)


def simulate(draft: Document, flow_id: str, like: SimulationSettings) -> Simulated:
    """Begin a simulated call in a document, stored or not. flow_id: the flow that it is of, "" for none yet.

    Errors: InvalidNumber, and for a time that no clock shows InvalidInput.
    """
    exact = msgspec.structs.replace(like, caller=_number(like.caller), dialled=_number(like.dialled), at=_instant(like))
    return simulating.start(_library(draft, flow_id), exact, now_ms())


def _number(written: str) -> str:
    return written if written in ("", WITHHELD) else normalise(written)


def _instant(like: SimulationSettings) -> int | None:
    return instant_of(like.local, like.time_zone).at_ms if like.at is None and like.local else like.at


def simulate_on(draft: Document, flow_id: str, state: str, doing: Doing) -> Simulated:
    """Go on in a simulated call. Errors: SimulationStateInvalid, SimulationOutdated."""
    return simulating.go_on(_library(draft, flow_id), state, doing)


def _library(draft: Document, flow_id: str) -> simulating.DraftLibrary:
    return simulating.DraftLibrary(draft, flow_id, _surroundings.library)


def versions(flow_id: str) -> list[FlowVersion]:
    """Return the newest published versions, the newest first. Errors: NotFound."""
    read(flow_id)
    return tables.newest_versions(flow_id, VERSIONS_LISTED)


@lru_cache(maxsize=DOCUMENTS_HELD)
def version(flow_id: str, number: int) -> FlowVersion:
    """Return a published version; it never changes, so the process keeps it. Errors: NotFound."""
    found = tables.find_version(flow_id, number)
    if found is None:
        raise NotFound(kind="flow version", id=f"{flow_id}/{number}")
    return found


def published(flow_id: str) -> tuple[int, Document]:
    """Return (version, document) that a call beginning now hears. Errors: FlowNotPublished."""
    number = tables.published_version(flow_id)
    if number is None:
        raise FlowNotPublished(id=flow_id)
    return number, version(flow_id, number).document


def using(kind: str, id: str) -> list[str]:
    """Return the names of flows whose published version leads to a thing or asks for it (before it is deleted)."""
    others = (one for one in tables.flow_uses.all() if (kind, id) != ("flow", one.flow_id))  # itself is no hindrance
    return [one.name for one in others if f"{kind}:{id}" in one.uses]


def naming_prompt(prompt_id: str) -> list[tuple[str, str]]:
    """Return (id, name) of the flows whose draft, or what callers hear, names a prompt of the library."""
    return [(flow.flow_id, flow.name) for flow in tables.flows.all() if _names(flow, prompt_id)]


def _names(flow: Flow, prompt_id: str) -> bool:
    heard = flow.published_version
    documents = (flow.draft, *((version(flow.flow_id, heard).document,) if heard else ()))
    return any(prompt_id in prompt_ids(document) for document in documents)


def _store(flow: Flow, new: FlowVersion | None, document: Document) -> Flow:
    try:
        return tables.store_publication(flow, new, sorted(uses_of(document)))
    except Lost as error:
        raise ChangedMeanwhile(kind="flow", id=flow.flow_id) from error


def _require_size(draft: Document) -> None:
    size = len(msgspec.json.encode(draft))
    if size > DOCUMENT_LIMIT:
        raise FlowTooLarge(size=size, limit=DOCUMENT_LIMIT)
