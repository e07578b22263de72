"""The agent's hand on the recording of his call (AGT-7): who may do what, and that no pause outlasts its reason."""

from msgspec.structs import replace

from chalicelib.acd.errors import NothingToDo, RecordingNotAllowed
from chalicelib.acd.model.group import Group
from chalicelib.acd.model.recorded import RESUME_AGAIN_MS, RESUME_TRIES, Recorded, RecordingState
from chalicelib.acd.rules.scene import Scene


def begins(scene: Scene, policy: Group | None) -> None:
    """The customer comes into a conversation: from now on it is recorded, or is not. policy: the group's, if any."""
    plain = Recorded(state="on" if scene.call.recording else "off", since=scene.now)
    if policy is not None:
        plain = replace(plain, control=policy.recording_control, pause_s=policy.recording_pause_s)
    scene.change(recorded=plain)


def require(scene: Scene, state: RecordingState, *, manual: bool) -> Recorded:
    """Return the recording if it is in this state and agents may do that. Errors: RecordingNotAllowed, NothingToDo."""
    found = scene.call.recorded
    if found is not None and (found.control == "none" or (manual and found.control != "manual")):
        raise RecordingNotAllowed
    if found is None or found.state != state or scene.call.over:
        raise NothingToDo(operation="recording")
    return found


def to_be_paused(scene: Scene, who: str) -> None:
    """The carrier is about to be asked for a pause: its end is noted first, so that no crash makes it last for ever."""
    found = require(scene, "on", manual=False)
    scene.change(recorded=replace(found, by=who, pause_until=scene.now + found.pause_s * 1000, tries=0))


def paused(scene: Scene, who: str) -> None:
    """The recording is silent from now on, for the group's limit at most."""
    found = scene.call.recorded
    if found is not None and found.state == "on" and found.pause_until is not None:
        _put(scene, replace(found, state="paused"), who=who, cause="agent")


def goes_on(scene: Scene, *, who: str, cause: str) -> None:
    """The carrier records again after a pause, or after one that it was asked for in vain."""
    found = scene.call.recorded
    if found is None or found.state == "off":
        return
    running = replace(found, state="on", by="", pause_until=None, tries=0)
    if found.state == "paused":
        _put(scene, running, who=who, cause=cause)
    elif running != found:
        scene.change(recorded=running)


def stopped(scene: Scene, who: str) -> None:
    """The recording is over; the call is not recorded any more, wherever it goes, until somebody starts one."""
    found = scene.call.recorded
    if found is not None and found.state != "off":
        scene.change(recording=False)
        _put(scene, replace(found, state="off", by="", pause_until=None), who=who, cause="agent")


def started(scene: Scene, who: str) -> None:
    """A recording begins in the middle of the conversation."""
    found = scene.call.recorded
    if found is not None and found.state == "off":
        scene.change(recording=True)
        _put(scene, replace(found, state="on", since=scene.now), who=who, cause="agent")


def _put(scene: Scene, changed: Recorded, *, who: str, cause: str) -> None:
    was = scene.call.recorded
    scene.change(recorded=changed)
    offset = scene.now - (was.since if was and was.state != "off" else changed.since)
    scene.record(
        "call.recording", who=who, from_=was.state if was else "", to=changed.state, cause=cause,
        data={"offset_ms": offset},
    )  # fmt: skip


def try_again(scene: Scene) -> None:
    """Note when the carrier is asked again to record, more and more seldom; given up after a few times."""
    found = scene.call.recorded
    if found is None or found.pause_until is None or found.pause_until > scene.now:
        return
    again = scene.now + RESUME_AGAIN_MS * 2**found.tries if found.tries < RESUME_TRIES else None
    scene.change(recorded=replace(found, pause_until=again, tries=found.tries + 1))


def settle(scene: Scene) -> None:
    """Have a pause end at once when the agent who asked for it has left: the next one has nothing to hide."""
    found = scene.call.recorded
    if found is None or found.pause_until is None or found.pause_until <= scene.now:
        return
    if not any(leg.agent_id == found.by for leg in scene.call.agent_legs):
        scene.change(recorded=replace(found, pause_until=scene.now))
