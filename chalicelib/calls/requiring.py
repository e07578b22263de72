"""What a call brings to a group's queue: its priority, what it requires of its agent, the agent whom it is kept for."""

from chalicelib.acd import formulas, sets
from chalicelib.acd.facts import CallFacts, call_variables
from chalicelib.acd.formulas import BadFormula
from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group
from chalicelib.acd.model.requirement import Relaxation
from chalicelib.acd.rules.requirements import steps_of
from chalicelib.acd.service import stage
from chalicelib.calls import records
from chalicelib.directory.holding import all_hold
from chalicelib.kernel import log
from chalicelib.kernel.postings import Wanted
from chalicelib.kernel.principal import Principal

COMING_BACK = frozenset({AgentState.READY, AgentState.RESERVED, AgentState.ON_CALL, AgentState.WRAP_UP})
"""States of an agent whom a caller may be kept for; one who has a break would keep him waiting in vain."""
LAST_CALLS = 10
DAY_MS = 86_400_000
_EVERYTHING = Principal(username="system", scope="all")


def priority(call: Call, group: Group, now: int) -> int:
    """Return the points that a call gets in a group by its rules and its formula."""
    facts = CallFacts(call, now)
    points = sum(rule.points for rule in group.priority_rules if all_hold(rule.when, facts))
    return points + _by_formula(call, group, now)


def _by_formula(call: Call, group: Group, now: int) -> int:
    if not group.priority_formula:
        return 0
    try:
        return round(formulas.number(group.priority_formula, call_variables(call, now)))
    except BadFormula as error:  # it was tried when it was saved, but variables may hold anything
        log.warn("priority formula failed", group_id=group.group_id, reason=str(error.params["reason"]))
        return 0


def steps(call: Call, group: Group, now: int, *, dry: bool = False) -> tuple[Relaxation, ...]:
    """Return what the call requires in a group, from when on. The sets of calls that this needs are noted, but dry."""
    person = _kept_for(call, group, now)
    if not person and not group.skill_rules:
        return ()
    wanted = steps_of(group.skill_rules, CallFacts(call, now), now, person=person, person_s=group.memory_s)
    return sets.settled(stage().store, group, wanted, now, dry=dry)


def _kept_for(call: Call, group: Group, now: int) -> str:
    """Return the agent whom a caller is kept for, if he serves the group and can be expected; else ""."""
    if group.memory == "none":
        return ""
    username = call.customer_owner if group.memory == "owner" else _last_agent(call, group, now)
    agent = stage().store.agent(username) if username else None
    return username if agent is not None and _serves(agent, group) else ""


def _serves(agent: Agent, group: Group) -> bool:
    return agent.state in COMING_BACK and any(place.group_id == group.group_id for place in agent.groups)


def _last_agent(call: Call, group: Group, now: int) -> str:
    """Return the agent who talked with this number last, within the group's memory."""
    if not call.customer_number.startswith("+"):
        return ""
    wanted = Wanted(number=call.customer_number, from_at=now - group.memory_days * DAY_MS)
    found = records.search(wanted, _EVERYTHING, None, LAST_CALLS).items
    answered = (one for one in found if one.answered_at is not None and one.agent_ids and one.direction != "internal")
    return next((one.agent_ids[-1] for one in answered), "")
