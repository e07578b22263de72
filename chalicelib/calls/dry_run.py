"""A call that is not one: where a caller would get to, and what decided it (RTE-5).

The decisions are those of a call, made on a scene that is never stored: nothing is written, nobody is rung. Schedules,
lists and rules are asked for the instant of the dry run; who is signed in and how many wait is as it is now.
"""

from typing import Literal

import msgspec

from chalicelib.acd.facts import CallFacts
from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.model.path import RouteStep
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls.destinations import Destination, follow, go
from chalicelib.calls.explaining import explain_arrival
from chalicelib.calls.inbound import new_call, record_arrival
from chalicelib.directory import service as directory
from chalicelib.ivr.steps import Digits, Done, Timeout

INPUT_LIMIT = 50
"""Inputs that one dry run gives to flows; the words of a flow that are only heard count too."""

Kind = Literal["group", "agent", "extension", "outside", "voicemail", "flow", "hang_up", "reject"]


class Final(msgspec.Struct, frozen=True, kw_only=True):
    """Where the caller is in the end. id: of the group, agent, extension, number, mailbox (`group:8001`), or of the
    node in whose flow he is asked for keys that were not given."""

    kind: Kind
    id: str = ""
    name: str = ""


class DryRun(msgspec.Struct, frozen=True, kw_only=True):
    """The way of a call: its steps in order, and where it ends."""

    at: int
    steps: list[RouteStep]
    final: Final


def run(dialled: str, caller: str, at: int, keys: list[str]) -> DryRun:
    """Return the way of a call to one of our numbers at an instant (ms). keys: what the caller presses each time that a
    flow asks him; "" waits in vain."""
    call = new_call("dry-run", "", caller, dialled, at)
    decision = directory.route_inbound(dialled, caller, at, CallFacts(call, at))
    scene = Scene(call=call, now=at, path=[])
    explain_arrival(scene, decision)
    if decision.kind != "reject":
        record_arrival(scene, decision)
        go(Destination(scene), decision.route)
        _press(scene, keys)
    final = Final(kind="reject") if decision.kind == "reject" else _final(scene.call)
    return DryRun(at=at, steps=scene.path or [], final=final)


def _press(scene: Scene, keys: list[str]) -> None:
    ahead = list(keys)
    for _ in range(INPUT_LIMIT):
        state = scene.call.flow
        if scene.call.state is not CallState.IN_FLOW or state is None:
            return
        if state.awaiting == "enter":
            follow(Destination(scene), Done())
        elif state.awaiting == "input" and ahead:
            pressed = ahead.pop(0)
            scene.explain("keys", "pressed" if pressed else "none", pressed)
            follow(Destination(scene), Digits(pressed) if pressed else Timeout())
        else:
            return


def _final(call: Call) -> Final:
    offer = call.live_offers[0] if call.live_offers else None
    if call.state is CallState.QUEUED:
        group = stage().group(call.group_id or "")
        return Final(kind="group", id=call.group_id or "", name=group.name if group else "")
    if call.hunt is not None:
        return Final(kind="extension", id=call.hunt.extension)
    if offer is not None:
        kind: Kind = "agent" if offer.agent_id else "outside"
        return Final(kind=kind, id=offer.agent_id or offer.address)
    if call.flow is not None and call.flow.awaiting in ("input", "enter", "answer"):
        return Final(kind="flow", id=call.flow.flow_id, name=call.flow.node)
    box = str(call.variables.get("voicemail_box", ""))
    return Final(kind="voicemail", id=box) if box else Final(kind="hang_up")
