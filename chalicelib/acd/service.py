"""The agent's own use cases and the administration of groups, on the product's stage."""

from collections.abc import Callable

from msgspec.structs import replace

from chalicelib.acd import own_rules, skills, tables
from chalicelib.acd.bus import SqsBus
from chalicelib.acd.desk_phones import reachable
from chalicelib.acd.dispatch import Dispatcher
from chalicelib.acd.dynamo import DynamoStore
from chalicelib.acd.errors import NotMember, TooManyGroups
from chalicelib.acd.groups import cached_group, forget
from chalicelib.acd.model.agent import GROUP_LIMIT, Agent, AgentState, Phone, SignedIn, Tally
from chalicelib.acd.model.group import Group, Member, Method
from chalicelib.acd.rules import agents, tallies, watching
from chalicelib.acd.rules.lists import aside_list, ready_list, stands, waiting_list
from chalicelib.acd.rules.queueing import move_to_list, require_nothing
from chalicelib.acd.rules.scene import Effect, Scene
from chalicelib.acd.stage import Stage
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import ChangedMeanwhile, NotFound
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import Lost

RELIST_LIMIT = 1_000
STRAY_LIMIT_MS = 600_000
"""For so long after a change of method its former lists are looked at."""

_performers: list[Callable[[Scene, Effect], None]] = []
_stages: list[Stage] = []


def carry_out_with(perform: Callable[[Scene, Effect], None]) -> None:
    """Name the function that carries out effects at the carrier (given by the `calls` capability)."""
    _performers[:] = [perform]


def stage() -> Stage:
    """Return the stage: on DynamoDB and SQS, unless another one was installed."""
    if not _stages:
        _stages.append(Stage(store=DynamoStore(), bus=SqsBus(), clock=now_ms, group=cached_group, perform=perform))
    return _stages[0]


def install(other: Stage) -> None:
    """Use another stage (simulations run on the one in memory)."""
    _stages[:] = [other]


def dispatcher() -> Dispatcher:
    """Return the dispatcher on the stage."""
    return Dispatcher(stage())


def perform(scene: Scene, effect: Effect) -> None:
    """Carry out an effect at the carrier."""
    _performers[0](scene, effect)


def own(who: Principal) -> Agent:
    """Return the user's agent record (signed out if he never signed in)."""
    return stage().store.agent(who.username) or Agent(agent_id=who.username, name=who.name)


def sign_in(who: Principal, group_ids: list[str], phone: Phone) -> Agent:
    """Sign in to groups that the user is a member of.

    phone: a SIP phone may be named by its extension (none: his own). Errors: NotMember, TooManyGroups, NoDeskPhone,
    InvalidInput, InvalidNumber.
    """
    if len(group_ids) > GROUP_LIMIT:
        raise TooManyGroups(limit=GROUP_LIMIT)
    mine = {member.group_id: member for member in tables.memberships(who.username)}
    for group_id in group_ids:
        if group_id not in mine:
            raise NotMember(group_id=group_id)
    places = tuple(_place(mine[id]) for id in dict.fromkeys(group_ids))
    used = reachable(who.username, phone)
    beginnings = _beginnings(places)
    named = {"name": who.name, "department_id": who.department_id, "skills": skills.of(who.username)}
    return stage().act_on_agent(
        who.username,
        lambda agent, now: agents.sign_in(replace(agent, **named), places, used, now, beginnings),
        create=True,
    )


def _place(member: Member) -> SignedIn:
    return SignedIn(
        group_id=member.group_id, level=member.level, priority=member.priority, position=member.position,
        weight=member.weight,
    )  # fmt: skip


def _beginnings(places: tuple[SignedIn, ...]) -> tuple[Tally, ...]:
    """Return what somebody begins with who signs in to these groups: what the next agent of a counting group has."""
    made: list[Tally] = []
    for place in places:
        group = cached_group(place.group_id)
        if group is not None and group.method in tallies.COUNTING:
            first = next(iter(stage().store.ready(ready_list(group.group_id, group.method), 1)), None)
            agent = stage().store.agent(first.agent_id) if first else None
            made += [_beginning(agent, place)] if agent else []
    return tuple(made)


def _beginning(next_agent: Agent, place: SignedIn) -> Tally:
    """Return the next agent's tally, in proportion to the weights."""
    his = next((one for one in next_agent.groups if one.group_id == place.group_id), place)
    tally = tallies.of(next_agent, place.group_id)
    return replace(tally, calls=tally.calls * place.weight // his.weight, turn_at=0)


def sign_out(who: Principal, reason: str) -> Agent:
    """Sign out, or after the call."""
    return stage().act_on_agent(who.username, lambda agent, now: agents.sign_out(agent, reason, now), create=True)


def ready(who: Principal) -> Agent:
    """Become ready, or after the call."""
    return stage().act_on_agent(who.username, lambda agent, now: agents.ready(agent, now), create=True)


def not_ready(who: Principal, reason: str) -> Agent:
    """Become not ready, or after the call."""
    return stage().act_on_agent(who.username, lambda agent, now: agents.not_ready(agent, reason, now), create=True)


def finish_wrap_up(who: Principal) -> Agent:
    """End wrap-up before its time."""

    def decide(agent: Agent, now: int) -> Agent:
        return agents.after_work(agent, now, cause="wrap_up_done") if agent.state is AgentState.WRAP_UP else agent

    return stage().act_on_agent(who.username, decide, create=True)


def extend_wrap_up(who: Principal, seconds: int) -> Agent:
    """Give wrap-up more time, up to the group's limit."""
    return stage().act_on_agent(
        who.username, lambda agent, now: agents.extend_wrap_up(agent, seconds, now), create=True
    )


def heartbeat(who: Principal, phone_ready: bool) -> Agent:
    """Renew the browser phone's lease (a state change at the same moment wins) and a supervisor's session."""
    agent = own(who)
    until = agents.renewed_lease(agent, phone_ready, stage().clock())
    if until is not None:
        stage().store.renew_lease(agent, until)
    if watching.renewed(agent, stage().clock()) is not agent:
        return stage().act_on_agent(who.username, watching.renewed)
    return agent


def groups_of(username: str) -> list[tuple[Member, Group]]:
    """Return an agent's memberships with their groups."""
    found = ((member, cached_group(member.group_id)) for member in tables.memberships(username))
    return [(member, group) for member, group in found if group]


def create_group(group: Group) -> Group:
    """Create a group. Errors: AlreadyExists, BadFormula."""
    _check_formulas(group)
    return tables.groups.create(group)


def _check_formulas(group: Group) -> None:
    if group.method == "own" or group.own_rule:
        own_rules.check(group.own_rule)
    if group.priority_formula:
        own_rules.check_priority(group.priority_formula)


def a_waiting_call(group: Group) -> str | None:
    """Return the id of a call that waits in the group, None when nobody does."""
    heads = (stage().store.waiting(list_, 1) for list_ in (waiting_list(group), aside_list(group)))
    return next((head[0].call_id for head in heads if head), None)


def update_group(group: Group) -> Group:
    """Change a group; a new method gets its ready list before it is switched. Errors: ChangedMeanwhile, BadFormula."""
    _check_formulas(group)
    old = tables.groups.read(group.group_id)
    saved = tables.groups.update(_with_former_methods(old, group))
    forget(group.group_id)
    if old.method != saved.method:
        _relist_ready(old.group_id, old.method)
    if old.ageing_rate != saved.ageing_rate:
        _relist_waiting(old, saved)
    if old.skill_rules and not saved.skill_rules:
        free_unfound(saved)
    stage().bus.dispatch(f"group:{group.group_id}", f"changed-{saved.version}")
    return saved


def _with_former_methods(old: Group, new: Group) -> Group:
    """Return the group as it is stored: what its method was is ours to know."""
    if old.method == new.method:
        return replace(new, former_methods=old.former_methods, method_at=old.method_at)
    former = tuple(one for one in dict.fromkeys((*old.former_methods, old.method)) if one != new.method)
    return replace(new, former_methods=former, method_at=stage().clock())


def relist_strays(group: Group) -> int:
    """Bring in the agents who became ready in a process that held the group's former method; return how many.

    Such a process may enter them into a former method's list for as long as it remembers the group (CACHE_S).
    """
    if stage().clock() - group.method_at > STRAY_LIMIT_MS:
        return 0
    forget(group.group_id)
    return sum(_relist_ready(group.group_id, method) for method in group.former_methods)


def _relist_ready(group_id: str, method: Method) -> int:
    """Enter the ready agents of a former method's list into the present one's, and leave that list empty."""
    store = stage().store
    entries = store.ready(ready_list(group_id, method), RELIST_LIMIT)
    found = store.agents([entry.agent_id for entry in entries])
    ready_there = [entry.agent_id for entry in entries if stands(entry, found.get(entry.agent_id))]
    for agent_id in ready_there:
        stage().act_on_agent(agent_id, agents.enter_lists_anew)
    if entries:
        store.drop_ready(entries)
    return len(ready_there)


def _relist_waiting(old: Group, new: Group) -> None:
    """Move the waiting calls to the lists of the new ageing rate."""
    for list_ in (waiting_list(old), aside_list(old)):
        for entry in stage().store.waiting(list_, RELIST_LIMIT):
            stage().act(entry.call_id, lambda scene: move_to_list(scene, new))


def free_unfound(group: Group) -> int:
    """Let calls that require skills in a group without skill rules (any more) be anybody's; return how many."""
    if group.skill_rules:
        return 0
    found = stage().store.waiting(aside_list(group), RELIST_LIMIT)
    before = stage().store.calls([entry.call_id for entry in found])
    unfound = [id for id, call in before.items() if call.queueing and not call.queueing.requires.startswith("@")]
    for call_id in unfound:
        stage().act(call_id, require_nothing)
    return len(unfound)


def put_member(group_id: str, username: str, **fields: object) -> Member:
    """Add or change a member (name, level, priority, position, weight); holds at once, also if he is signed in."""
    tables.groups.read(group_id)
    found = tables.member(group_id, username) or Member(group_id=group_id, username=username)
    try:
        saved = tables.save_member(replace(found, **fields))
    except Lost as error:
        raise ChangedMeanwhile(kind="member", id=username) from error
    if stage().store.agent(username) is not None:
        stage().act_on_agent(username, lambda agent, now: agents.change_place(agent, _place(saved), now))
    return saved


def remove_member(group_id: str, username: str) -> None:
    """Remove a member; if he is signed in to the group he leaves it at once. Errors: NotFound."""
    if tables.member(group_id, username) is None:
        raise NotFound(kind="member", id=username)
    tables.delete_member(group_id, username)
    if stage().store.agent(username) is not None:
        stage().act_on_agent(username, lambda agent, now: agents.leave_group(agent, group_id, now))
