"""After the conversation: who is asked, how the agent leaves, each answer, and what is due when nothing comes."""

from zlib import crc32

from msgspec.structs import replace

from chalicelib.acd.model.call import Call, CallState, Leg, LegState, deadline
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import offers, parting
from chalicelib.acd.rules.queueing import leave_queue
from chalicelib.acd.rules.scene import Scene
from chalicelib.survey import rules
from chalicelib.survey.model import Survey, SurveyRun

ARRIVAL_LIMIT_MS = 30_000
"""Within which a customer whom his agent has left comes to the first question."""


def part(scene: Scene, leg: Leg, *, cause: str, who: str = "") -> None:
    """The last party leaves the customer: the survey comes if there is one for such a call, else the end."""
    group = wanted(scene, leg)
    if group is None:
        parting.finish(scene, cause=cause, who=who)
    else:
        begin(scene, group, leg, cause=cause, who=who)


def wanted(scene: Scene, leg: Leg, *, sent: bool = False) -> Group | None:
    """Return the group whose survey the customer is to hear when this agent leaves. sent: the agent wants it."""
    call, customer = scene.call, scene.call.customer
    there = customer is not None and customer.state in (LegState.JOINED, LegState.HELD) and not customer.agent_id
    if not there or call.state is not CallState.TALKING or call.place != "conference" or leg.role != "agent":
        return None
    group = _group_of(scene, leg)
    return group if group is not None and group.survey_id and _asks(group, call, sent=sent) else None


def _group_of(scene: Scene, leg: Leg) -> Group | None:
    """Return the call's group; a call out that is no group's counts for the first of its agent's."""
    agent = scene.agents.get(leg.agent_id or "")
    if scene.call.group_id or agent is None:
        return scene.groups.get(scene.call.group_id or "")
    first = agent.first_group
    return scene.groups.get(first.group_id) if first else None


def _asks(group: Group, call: Call, *, sent: bool) -> bool:
    after_such = call.direction == "inbound" or (call.direction == "outbound" and group.survey_outbound)
    if not after_such or group.survey_asked == "never":
        return False
    # By the call's id and not by chance: a decision that is made again is the same.
    drawn = group.survey_asked == "share" and crc32(call.call_id.encode()) % 100 < group.survey_share
    return sent or drawn or group.survey_asked == "every"


def begin(scene: Scene, group: Group, leg: Leg, *, cause: str, who: str = "") -> None:
    """Everybody but the customer leaves, for wrap-up; the end of his conference brings him to the first question."""
    for offer in scene.call.live_offers:
        offers.withdraw(scene, offer, cause=cause)
    leave_queue(scene)
    offers.out_of_hold(scene)
    for party in [one for one in scene.call.legs if one.role != "customer"]:
        scene.hang_up(party, cause)
        parting.free_agent(scene, party, cause=cause)
    scene.to(CallState.AFTER_CALL, cause=cause, who=who)
    scene.change(hunt=None, agent_lost_at=None, settle_at=None, cause=cause)
    open_run(scene, group.survey_id or "", group_id=group.group_id, agent_id=leg.agent_id or "")


def open_run(scene: Scene, survey_id: str, *, group_id: str = "", agent_id: str = "") -> None:
    """Note that the customer is to be asked. agent_id: who is judged, "" in a flow."""
    run = SurveyRun(survey_id=survey_id, began_at=scene.now, group_id=group_id, agent_id=agent_id)
    scene.change(surveys=(*scene.call.surveys, run))
    scene.record("call.survey", who=agent_id, data={"survey_id": survey_id, "group_id": group_id})


def put(scene: Scene, survey: Survey) -> None:
    """The first question is put, in the version that the survey has now; the run keeps to it."""
    run = scene.call.survey
    if run is not None:
        _change(scene, replace(run, version=survey.version))


def answer(scene: Scene, survey: Survey, digits: str | None) -> None:
    """The customer pressed a key, or none in time."""
    run = scene.call.survey
    if run is None:
        return
    after = rules.answered(run, survey, digits, scene.now)
    if len(after.answers) > len(run.answers):
        given = after.answers[-1]
        data = {"question": given.question_id, "key": given.key, "low": given.low}
        scene.record("call.survey_answer", data=data)
    _change(scene, after)


def _change(scene: Scene, run: SurveyRun) -> None:
    scene.change(surveys=(*scene.call.surveys[:-1], run), touched_at=scene.now)


def overdue(scene: Scene) -> None:
    """Nothing was heard of the customer: he is fetched from an empty conference; else the call ends."""
    run = scene.call.surveys[-1] if scene.call.surveys else None
    if scene.call.state is not CallState.AFTER_CALL or run is None or (deadline(scene.call) or 0) > scene.now:
        return
    if scene.call.place == "conference" and scene.now < run.began_at + ARRIVAL_LIMIT_MS:
        scene.change(touched_at=scene.now)
        scene.do("redirect_customer", value="survey")
    else:
        parting.finish(scene, cause=scene.call.cause or "survey_timed_out")
