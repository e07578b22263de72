"""An extension is called directly: which of its phones ring, when, and where a call goes that none of them takes."""

from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState, Phone
from chalicelib.acd.model.call import Hunt, OfferKind, Ring
from chalicelib.acd.rules import hunting
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.directory import service as directory
from chalicelib.directory.model import Extension, FollowMe
from chalicelib.kernel.ids import new_id
from chalicelib.telephony.attribution import is_emergency
from chalicelib.telephony.model import client_address

EXTENSION_DIGITS = 10
"""No extension has more: a longer number is one outside, and is not looked up."""
ALONE_S = 40
"""How long the phone of an extension without follow-me rings."""


def extension_of(dialled: str) -> Extension | None:
    """Return the extension that was dialled; None when it is no short number, an emergency number, or nobody's."""
    short = dialled.isascii() and dialled.isdigit() and len(dialled) <= EXTENSION_DIGITS
    return directory.find_extension(dialled) if short and not is_emergency(dialled) else None


def ring(scene: Scene, extension: Extension, kind: OfferKind, *, by: str = "") -> bool:
    """Ring the phones of an extension; returns whether any rings now. Its user is rung where he has signed in."""
    agent = _agent(scene, extension)
    onward = extension.unanswered or extension.busy or extension.unreachable or scene.call.customer
    hunt = Hunt(
        extension=extension.extension, kind=kind, by=by, rings=_reachable_rings(extension, agent, scene.now),
        onward=onward is not None,
    )  # fmt: skip
    return hunting.begin(scene, hunt)


def _agent(scene: Scene, extension: Extension) -> Agent | None:
    """Return the extension's user if he is signed in; he belongs to the scene from now on."""
    if not extension.username:
        return None
    found = scene.agents.get(extension.username) or stage().store.agent(extension.username)
    if found is None or found.state is AgentState.SIGNED_OUT:
        return None
    return scene.agents.setdefault(found.agent_id, replace(found, changes=()))


def why_silent(scene: Scene, extension: Extension) -> str:
    """Return why no phone of an extension rings: its user is signed out and it has no other phone, or he is busy."""
    rings = _reachable_rings(extension, _agent(scene, extension), scene.now)
    return "busy" if rings else "unreachable"


def _reachable_rings(extension: Extension, agent: Agent | None, now: int) -> tuple[Ring, ...]:
    """Return the rings, but for the page of a user who is signed out if the extension says where his calls go then."""
    rings = rings_of(extension, agent, now)
    if agent is not None or extension.unreachable is None:
        return rings
    return tuple(ring for ring in rings if ring.phone.kind != "browser")


def rings_of(extension: Extension, agent: Agent | None, now: int) -> tuple[Ring, ...]:
    """Return the phones that ring, soonest first. agent: the user if he is signed in: he has one phone then."""
    alone = [] if extension.kind == "virtual" else [FollowMe(kind="own", ring_s=ALONE_S)]
    rings: list[Ring] = []
    at = now
    for one in extension.follow_me or alone:
        his = agent is not None and one.kind != "outside" and _is_his(extension, one)
        if his and any(ring.agent_id for ring in rings):
            continue
        starts = at + one.delay_s * 1000
        rings.append(Ring(
            offer_id=new_id(now), phone=_phone(extension, one), at=starts, ring_s=one.ring_s,
            agent_id=agent.agent_id if his and agent else "",
        ))  # fmt: skip
        at = starts + one.ring_s * 1000 if extension.follow_me_in_order else now
    return tuple(sorted(rings, key=lambda ring: ring.at))


def _is_his(extension: Extension, one: FollowMe) -> bool:
    """Return whether a phone is one at which its user works; an outside number of his may ring besides."""
    return one.kind == "browser" or extension.kind != "outside"


def _phone(extension: Extension, one: FollowMe) -> Phone:
    if one.kind == "outside":
        return Phone(kind="outside", address=one.number or "")
    if one.kind == "own" and extension.kind in ("sip", "outside"):
        return Phone(kind="sip" if extension.kind == "sip" else "outside", address=extension.address)
    return Phone(kind="browser", address=client_address(extension.username or ""))
