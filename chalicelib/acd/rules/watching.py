"""A supervisor's leg in a live call (MON-2): it begins, changes who hears it, and ends with the agent's whom it is for.

The leg and the session in the supervisor's own record change in one transaction; `settle` sees to that before every
commit, whatever was decided, so that no leg stays behind when the agent leaves or the call ends.
"""

from msgspec.structs import replace

from chalicelib.acd.errors import AlreadySupervising, NothingToDo
from chalicelib.acd.model.agent import WORKING, Agent, AgentState, Phone
from chalicelib.acd.model.call import SETTLE_AGAIN_MS, CallState, Leg, LegState
from chalicelib.acd.model.events import event
from chalicelib.acd.model.watching import (
    WATCH_LEASE_MS,
    WATCH_RING_S,
    WATCH_TRIES,
    Supervising,
    Watch,
    WatchMode,
)
from chalicelib.acd.rules import agents
from chalicelib.acd.rules.scene import Scene

KEPT_LEGS = 5
"""Legs of supervisors who have left that stay in the record; events tell of all."""


def agent_leg(scene: Scene, agent_id: str = "") -> Leg:
    """Return the leg of the agent who is to be supervised: that one's, or the first agent's. Errors: NothingToDo."""
    there = [leg for leg in scene.call.agent_legs if leg.agent_id == agent_id or not agent_id]
    if scene.call.state is not CallState.TALKING or not there:
        raise NothingToDo(operation="supervise")
    return there[0]


def begin(scene: Scene, me: Agent, target: Leg, mode: WatchMode, leg_id: str, phone: Phone, *, hidden: bool) -> None:
    """Ring a supervisor's phone for a session. Errors: NothingToDo, AlreadySupervising."""
    if target.agent_id == me.agent_id or me.state in WORKING:
        raise NothingToDo(operation="supervise")
    if me.supervising is not None:
        raise AlreadySupervising(call_id=me.supervising.call_id)
    _forget_old(scene)
    watch = Watch(
        by=me.agent_id, target=target.leg_id, mode=mode, phone_kind=phone.kind, hidden=hidden,
        ring_until=scene.now + WATCH_RING_S * 1000,
    )  # fmt: skip
    scene.put_leg(
        Leg(leg_id=leg_id, role="supervisor", address=phone.address, started_at=scene.now, watch=watch)
    )  # fmt: skip
    if me.state is AgentState.READY:
        scene.put_agent(agents.once_free(me, scene.now, cause="supervising"))
    told(scene, watch, mode)
    scene.do("dial", leg_id)


def _forget_old(scene: Scene) -> None:
    gone = [leg for leg in scene.call.legs if leg.role == "supervisor" and leg.ended_confirmed]
    old = {leg.leg_id for leg in gone[:-KEPT_LEGS]}
    if old:
        scene.change(legs=tuple(leg for leg in scene.call.legs if leg.leg_id not in old))


def told(scene: Scene, watch: Watch, act: str) -> None:
    """Record an act of a supervisor; `hidden` keeps it from the agent's view of the call."""
    target = scene.call.leg(watch.target)
    data = {"agent_id": target.agent_id if target else "", "hidden": not watch.visible}
    scene.record("call.supervised", who=watch.by, to=act, data=data)


def own_leg(scene: Scene, username: str) -> Leg | None:
    """Return the leg of a supervisor's session in this call."""
    return next((leg for leg in scene.call.supervisors if leg.watch and leg.watch.by == username), None)


def answered(scene: Scene, leg_id: str, sid: str) -> bool:
    """The supervisor's phone was answered; False for a session that is no longer wanted. The same leg may ask twice.

    Everybody joins muted. Who is to be heard is, as soon as he is known to be in the conference.
    """
    leg = scene.call.leg(leg_id)
    if leg is None or leg.watch is None or scene.call.over or leg.state is LegState.LEFT:
        return False
    if leg.state is LegState.JOINED:
        return leg.sid == sid
    heard = leg.watch.mode in ("whisper", "barge")
    watch = replace(leg.watch, settle_at=scene.now + SETTLE_AGAIN_MS if heard else None)
    scene.put_leg(replace(leg, state=LegState.JOINED, sid=sid, joined_at=scene.now, watch=watch))
    return True


def switch(scene: Scene, leg: Leg, mode: WatchMode) -> None:
    """Let others hear the supervisor than before."""
    if leg.watch is None or leg.watch.mode == mode:
        return
    joined = leg.state is LegState.JOINED
    watch = replace(leg.watch, mode=mode, tries=0, settle_at=scene.now + SETTLE_AGAIN_MS if joined else None)
    scene.put_leg(replace(leg, watch=watch))
    told(scene, watch, mode)
    if joined:
        scene.do("settle_watch", leg.leg_id)


def stop(scene: Scene, leg: Leg, cause: str) -> None:
    """End a supervisor's leg; the call goes on without him."""
    scene.hang_up(leg, cause)


def gone(scene: Scene, leg: Leg, cause: str) -> None:
    """A supervisor's leg is over at the carrier."""
    if not leg.ended_confirmed:
        scene.leave(leg, cause, confirmed=True)


def unanswered(scene: Scene, leg_id: str) -> None:
    """Nobody answered in time, or nobody knows: the leg is ended."""
    leg = scene.call.leg(leg_id)
    if leg is None or leg.watch is None or leg.state not in (LegState.DIALLING, LegState.RINGING):
        return
    if (leg.watch.ring_until or 0) <= scene.now:
        stop(scene, leg, "no_answer")


def settle_later(scene: Scene, leg_id: str) -> None:
    """Have the carrier asked again for what the supervisor wanted, more and more seldom.

    Who could be heard by the wrong ears in the end is taken out of the call instead.
    """
    leg = scene.call.leg(leg_id)
    if leg is None or leg.watch is None or leg.state is not LegState.JOINED:
        return
    tries = leg.watch.tries
    if tries < WATCH_TRIES:
        at = scene.now + SETTLE_AGAIN_MS * 2**tries
        scene.put_leg(replace(leg, watch=replace(leg.watch, settle_at=at, tries=tries + 1)))
    elif leg.role == "supervisor":
        stop(scene, leg, "carrier")
    else:
        scene.put_leg(replace(leg, watch=None))


def settled(scene: Scene, leg_id: str, mode: WatchMode) -> None:
    """The carrier did what `mode` says; something else may be wanted by now."""
    leg = scene.call.leg(leg_id)
    if leg is not None and leg.watch is not None and leg.watch.mode == mode and leg.watch.settle_at is not None:
        scene.put_leg(replace(leg, watch=replace(leg.watch, settle_at=None, tries=0)))


def settle(scene: Scene) -> None:
    """End the legs of supervisors whose agent has left, and bring the supervisors' own records in line."""
    for leg in scene.call.supervisors:
        target = scene.call.leg(leg.watch.target) if leg.watch else None
        if target is None or target.role != "agent" or target.state is LegState.LEFT:
            scene.hang_up(leg, "agent_left")
    for leg in scene.call.legs:
        if leg.watch is not None and leg.watch.by in scene.agents:
            _settle_session(scene, leg, leg.watch)


def _settle_session(scene: Scene, leg: Leg, watch: Watch) -> None:
    me = scene.agents[watch.by]
    was = me.supervising
    if leg.role == "supervisor" and leg.state is not LegState.LEFT:
        is_ = _session(scene, leg, watch, was)
        if is_ != was:
            scene.put_agent(_changed(me, is_, scene.now, is_.mode))
    elif was is not None and was.leg_id == leg.leg_id:
        scene.put_agent(without_session(me, scene.now, cause=leg.cause or ""))


def _session(scene: Scene, leg: Leg, watch: Watch, was: Supervising | None) -> Supervising:
    target = scene.call.leg(watch.target)
    return Supervising(
        call_id=scene.call.call_id,
        leg_id=leg.leg_id,
        agent_id=(target.agent_id or "") if target else "",
        mode=watch.mode,
        state="joined" if leg.state is LegState.JOINED else "calling",
        pending=watch.settle_at is not None,
        since=leg.started_at,
        lease_until=was.lease_until if was else scene.now + WATCH_LEASE_MS,
    )


def _changed(me: Agent, session: Supervising | None, now: int, to: str, cause: str = "") -> Agent:
    """Return the supervisor with this session; who listens to what is an event of his."""
    was = me.supervising
    known = session or was
    data = {"call_id": known.call_id, "agent_id": known.agent_id} if known else {}
    change = event(
        now, "agent.supervising", who=me.agent_id, from_=was.mode if was else "", to=to, cause=cause, data=data
    )
    return replace(me, supervising=session, changes=(*me.changes, change))


def without_session(me: Agent, now: int, *, cause: str) -> Agent:
    """Return the supervisor after his session: ready if he asked for that, or was before it."""
    if me.supervising is None:
        return me
    free = _changed(me, None, now, "", cause)
    wished = free.next_state
    if free.state is AgentState.NOT_READY and wished and wished.state is AgentState.READY and free.groups:
        return agents.ready(free, now, cause="supervised")
    return free


def renewed(me: Agent, now: int) -> Agent:
    """Return the supervisor whose page has just proved that it lives; the same while there is plenty of time left."""
    session = me.supervising
    if session is None or session.lease_until - now > WATCH_LEASE_MS * 3 // 4:
        return me
    return replace(me, supervising=replace(session, lease_until=now + WATCH_LEASE_MS))
