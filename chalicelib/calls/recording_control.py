"""An agent pauses, starts or stops the recording of his call (AGT-7), at the carrier first or taken back.

What is told is what the carrier did: an agent to whom card data is read must not believe in a pause that is none.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.acd.errors import CarrierRefused, CarrierSilent, NothingToDo
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import recorded
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import recording
from chalicelib.calls.effects import client_of
from chalicelib.calls.rules import ending
from chalicelib.kernel import log
from chalicelib.kernel.principal import Principal
from chalicelib.telephony.answers import CarrierRecording
from chalicelib.telephony.client import CarrierClient
from chalicelib.telephony.outcome import Done, Outcome, Refused

Change = Callable[[CarrierClient, str, str], Outcome[CarrierRecording]]
"""What is asked of one recording, by the customer's leg and the recording at the carrier."""


def policy_of(scene: Scene) -> Group | None:
    """Return the group whose policy holds: the call's; of a call without one, the first that its agent serves."""
    if scene.call.group_id:
        return stage().group(scene.call.group_id)
    agent = next((scene.agents.get(leg.agent_id or "") for leg in scene.call.agent_legs), None)
    first = min(agent.groups, key=lambda place: place.priority, default=None) if agent else None
    return stage().group(first.group_id) if first else None


def pause(who: Principal, call_id: str) -> Call:
    """Record silence while something is said that must not be kept.

    A carrier that does not do it, or does not say so, is an error, and the recording counts as running. Errors:
    RecordingNotAllowed, NothingToDo, NotYourCall, CarrierRefused, CarrierSilent.
    """
    call = _mine(who, call_id, lambda scene: recorded.to_be_paused(scene, who.username))
    outcome = _all(call, "in-progress", lambda carrier, leg, sid: carrier.pause_recording(leg, sid))
    if not isinstance(outcome, Done):
        if isinstance(_resumed(call), Done):  # else the timer sees to it
            stage().act(call_id, lambda scene: recorded.goes_on(scene, who=who.username, cause="carrier"))
        _demand("pause_recording", outcome)
    return stage().act(call_id, lambda scene: recorded.paused(scene, who.username)).call


def resume(who: Principal, call_id: str) -> Call:
    """End the pause. Errors: RecordingNotAllowed, NothingToDo, NotYourCall, CarrierRefused, CarrierSilent."""
    call = _mine(who, call_id, lambda scene: recorded.require(scene, "paused", manual=False))
    _demand("resume_recording", _resumed(call))
    return stage().act(call_id, lambda scene: recorded.goes_on(scene, who=who.username, cause="agent")).call


def resume_due(call_id: str) -> None:
    """End a pause whose time is over; noted before the carrier is asked, so that a crash does not end the tries."""
    call = stage().act(call_id, recorded.try_again).call
    if call.recorded is None or call.recorded.state == "off" or call.over:
        return
    outcome = _resumed(call)
    if isinstance(outcome, Done):
        stage().act(call_id, lambda scene: recorded.goes_on(scene, who="system", cause="pause_over"))
    else:
        log.warn("recording still paused", correlation_id=call_id, outcome=repr(outcome), tries=call.recorded.tries)


def _resumed(call: Call) -> Outcome[Any]:
    return _all(call, "paused", lambda carrier, leg, sid: carrier.resume_recording(leg, sid))


def stop(who: Principal, call_id: str) -> Call:
    """End the recording for good. Errors: as `resume`."""

    def decide(scene: Scene) -> None:
        state = scene.call.recorded.state if scene.call.recorded else "off"
        recorded.require(scene, "paused" if state == "paused" else "on", manual=True)

    call = _mine(who, call_id, decide)
    _demand("stop_recording", _all(call, "", lambda carrier, leg, sid: carrier.stop_recording(leg, sid)))
    return stage().act(call_id, lambda scene: recorded.stopped(scene, who.username)).call


def start(who: Principal, call_id: str) -> Call:
    """Record from now on; the row exists before the audio. Errors: as `resume`."""
    call = _mine(who, call_id, lambda scene: recorded.require(scene, "off", manual=True))
    customer = call.customer
    if customer is None or customer.sid is None or call.place != "conference":
        raise NothingToDo(operation="recording")
    wanted = recording.request(call)
    _demand("start_recording", client_of(call).start_recording(customer.sid, wanted.callback))
    return stage().act(call_id, lambda scene: recorded.started(scene, who.username)).call


def _mine(who: Principal, call_id: str, allowed: Callable[[Scene], object]) -> Call:
    """Return the call if it is the agent's and he may do that now. Errors: what `allowed` raises, NotYourCall."""

    def decide(scene: Scene) -> None:
        ending.own_leg(scene, who.username)
        allowed(scene)

    return stage().act(call_id, decide).call


def _all(call: Call, status: str, change: Change) -> Outcome[Any]:
    """Change every recording of the customer's leg that is in this state (any running one if ""); the first failure.

    There may be several: who came back from a queue is recorded by the document that brought him in each time.
    """
    customer, carrier = call.customer, client_of(call)
    if customer is None or customer.sid is None:
        return Refused(code=20404, status=404)
    found = carrier.recordings_of(customer.sid)
    if not isinstance(found, Done):
        return found
    running = [one for one in found.value if one.status in ((status,) if status else ("in-progress", "paused"))]
    for one in running:
        outcome = change(carrier, customer.sid, one.sid)
        if not isinstance(outcome, Done):
            return outcome
    return Done(None) if running or status != "in-progress" else Refused(code=20404, status=404)


def _demand(operation: str, outcome: Outcome[Any]) -> None:
    if isinstance(outcome, Refused):
        raise CarrierRefused(operation=operation, carrier_code=outcome.code)
    if not isinstance(outcome, Done):
        raise CarrierSilent(operation=operation)
