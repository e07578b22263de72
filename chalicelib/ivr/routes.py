"""The API of flows: decode → one service call → response."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, field

from chalicelib.ivr import heat_service, service, settings
from chalicelib.ivr.heat import Tally
from chalicelib.ivr.hosts import FlowHosts
from chalicelib.ivr.model import Document, kind_of
from chalicelib.ivr.problems import Problem
from chalicelib.ivr.schema import flow_schema
from chalicelib.ivr.simulation import Doing, Silence, Simulated, SimulationSettings
from chalicelib.ivr.tables import Flow, FlowLine, FlowVersion
from chalicelib.kernel.paging import PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router

router = Router("flows")


class FlowPage(msgspec.Struct, frozen=True, kw_only=True):
    """Which page of flows."""

    cursor: str | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = PAGE_SIZE


class FlowInput(msgspec.Struct, frozen=True, kw_only=True):
    """What an editor sends. version: the one that was read (on PUT). flow_id: chosen freely on POST, else made."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    draft: Document
    version: int = 0
    flow_id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""


class DraftInput(msgspec.Struct, frozen=True, kw_only=True):
    """A document that need not be stored."""

    draft: Document


class SimulationInput(msgspec.Struct, frozen=True, kw_only=True):
    """A simulated call. flow_id: the flow that the draft is of, "" for a new one. state, doing: as a step returned it,
    and what happens next; without a state the call begins, as the settings say."""

    draft: Document
    flow_id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    settings: SimulationSettings = SimulationSettings()
    state: str = ""
    doing: Doing = Silence()


class HeatQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which figures. version: of the flow. from, to: days in China (2026-11-22), both counted."""

    version: Annotated[int, Meta(ge=1)]
    from_: date = field(name="from")
    to: date


class NodeHeat(Tally, frozen=True, kw_only=True, omit_defaults=False):
    """What happened at a node."""

    node: str


class FlowHeat(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a version's nodes, those with the most visits first. A node that nobody came to is missing."""

    version: int
    nodes: list[NodeHeat]


class AtVersion(msgspec.Struct, frozen=True, kw_only=True):
    """The version of the record that was read."""

    version: int


class ProblemView(msgspec.Struct, frozen=True, kw_only=True):
    """A problem in the user's language. node: "" for the document as a whole. A warning does not hinder publication."""

    node: str
    code: str
    detail: str
    severity: Literal["error", "warning"] = "error"


class Problems(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a draft from being published."""

    problems: list[ProblemView]


class VersionView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a flow's history."""

    version: int
    published_at: int
    published_by: str


class TransferFlow(msgspec.Struct, frozen=True, kw_only=True):
    """A flow that calls can be sent to."""

    flow_id: str
    name: str


class TransferFlows(msgspec.Struct, frozen=True, kw_only=True):
    """The published flows, in the order of their ids."""

    items: list[TransferFlow]


class TransferNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node of a flow. label: its id where it has none."""

    node_id: str
    label: str
    kind: str


class TransferNodes(msgspec.Struct, frozen=True, kw_only=True):
    """A flow's nodes. start: where it begins."""

    start: str
    items: list[TransferNode]


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """The newest published versions, the newest first."""

    items: list[VersionView]


@router.get("/flows/schema", permission="flows.read")
def read_flow_schema() -> dict[str, Any]:
    """Return the JSON Schema of flow documents."""
    return flow_schema()


@router.get("/transfer-flows", permission="calls.control")
def list_transfer_flows() -> TransferFlows:
    """Return the flows that a call can be sent to, by name."""
    return TransferFlows(
        items=[TransferFlow(flow_id=one.flow_id, name=one.name) for one in service.lines() if one.published_version]
    )


@router.get("/transfer-flows/{flow_id}", permission="calls.control")
def read_transfer_flow(flow_id: str) -> TransferNodes:
    """Return the nodes of a flow at which a call can come in, where it begins first."""
    document = service.published(flow_id)[1]
    names = sorted(document.nodes, key=lambda name: (name != document.start, document.nodes[name].label or name))
    return TransferNodes(
        start=document.start,
        items=[
            TransferNode(node_id=name, label=document.nodes[name].label or name, kind=kind_of(document.nodes[name]))
            for name in names
        ],
    )


@router.get("/flow-hosts", permission="settings.read")
def read_flow_hosts() -> FlowHosts:
    """Return the hosts that flows may ask."""
    return settings.read()


@router.put("/flow-hosts", permission="settings.write")
def write_flow_hosts(body: FlowHosts, who: Principal) -> FlowHosts:
    """Replace the list of hosts that flows may ask; holds within seconds, for published flows too."""
    return settings.write(body, who.username)


@router.get("/flows", permission="flows.read")
def list_flows(query: FlowPage) -> Page[FlowLine]:
    """Return one page of flows, without their drafts."""
    return service.page(query.cursor, query.limit)


@router.post("/flows", permission="flows.write", status=201)
def create_flow(body: FlowInput) -> Flow:
    """Create a flow as a draft."""
    return service.create(body.name, body.draft, body.flow_id)


@router.get("/flows/{flow_id}", permission="flows.read")
def read_flow(flow_id: str) -> Flow:
    """Return a flow with its draft."""
    return service.read(flow_id)


@router.put("/flows/{flow_id}", permission="flows.write")
def update_flow(flow_id: str, body: FlowInput) -> Flow:
    """Replace the draft; callers hear it once it is published."""
    return service.update(flow_id, body.name, body.draft, body.version)


@router.delete("/flows/{flow_id}", permission="flows.write")
def delete_flow(flow_id: str, query: AtVersion) -> None:
    """Delete a flow that nothing routes to."""
    service.delete(flow_id, query.version)


@router.post("/flows/check", permission="flows.read")
def check_document(body: DraftInput, locale: str) -> Problems:
    """Return what is wrong with a document that is being edited; nothing is stored."""
    return _views(service.problems_of(body.draft), locale)


@router.post("/flows/simulate", permission="flows.read")
def simulate_flow(body: SimulationInput) -> Simulated:
    """Take one step of a simulated call through a document; nothing is stored, sent or asked."""
    if not body.state:
        return service.simulate(body.draft, body.flow_id, body.settings)
    return service.simulate_on(body.draft, body.flow_id, body.state, body.doing)


@router.get("/flows/{flow_id}/heat", permission="flows.read")
def read_flow_heat(flow_id: str, query: HeatQuery) -> FlowHeat:
    """Return what happened at the nodes of a version: visits, keys, time-outs, wrong keys, hang-ups."""
    found = heat_service.read(flow_id, query.version, query.from_, query.to)
    nodes = [NodeHeat(node=node, **msgspec.structs.asdict(tally)) for node, tally in found.items()]
    return FlowHeat(version=query.version, nodes=sorted(nodes, key=lambda one: (-one.visits, one.node)))


@router.post("/flows/{flow_id}/validate", permission="flows.read")
def validate_flow(flow_id: str, locale: str) -> Problems:
    """Return what is wrong with the draft."""
    return _views(service.problems(flow_id), locale)


@router.post("/flows/{flow_id}/publish", permission="flows.publish")
def publish_flow(flow_id: str, who: Principal) -> Flow:
    """Publish the draft as a new version; calls in progress finish on theirs."""
    return service.publish(flow_id, who.username)


@router.post("/flows/{flow_id}/rollback", permission="flows.publish")
def rollback_flow(flow_id: str, body: AtVersion) -> Flow:
    """Publish an older version again."""
    return service.rollback(flow_id, body.version)


@router.get("/flows/{flow_id}/versions", permission="flows.read")
def list_flow_versions(flow_id: str) -> Versions:
    """Return the history of publications."""
    return Versions(
        items=[
            VersionView(version=one.version, published_at=one.published_at, published_by=one.published_by)
            for one in service.versions(flow_id)
        ]
    )


@router.get("/flows/{flow_id}/versions/{number}", permission="flows.read")
def read_flow_version(flow_id: str, number: str) -> FlowVersion:
    """Return one published version with its document."""
    return service.version(flow_id, int(number) if number.isdecimal() else 0)


def _views(found: list[Problem], locale: str) -> Problems:
    return Problems(problems=[_view(one, locale) for one in found])


def _view(one: Problem, locale: str) -> ProblemView:
    severity = "warning" if one.is_warning else "error"
    return ProblemView(node=one.node, code=one.code, detail=one.detail(locale), severity=severity)
