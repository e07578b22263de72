"""ACD-5, ACD-4: calls that require skills, or one agent, and what becomes of that while they wait."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.acd import sets
from chalicelib.acd.model.call import Call, CallState, Leg, LegState
from chalicelib.acd.model.group import Group
from chalicelib.acd.model.requirement import Relaxation, SkillRule, SkillStep
from chalicelib.acd.rules import queueing
from chalicelib.acd.rules.lists import aside_list, waiting_list
from chalicelib.acd.rules.requirements import SET_LIMIT, met_by, nearest, steps_of
from chalicelib.acd.snapshots import measure
from chalicelib.directory.conditions import Condition
from tests.unit.acd.kit import NOON, Floor, group, ready_agent

ENGLISH = SkillRule(
    skill="english",
    when=(Condition(field="language", value="en"),),
    steps=(SkillStep(level=4, for_s=30), SkillStep(level=3, for_s=30)),
)
GOLD = SkillRule(skill="gold", when=(Condition(field="grade", op="at_least", value="5"),), steps=(SkillStep(level=1),))
SECOND = 1_000


def skilled(**fields: object) -> Group:
    return group(skill_rules=(ENGLISH, GOLD), **fields)


def enqueue(there: Floor, call_id: str, steps: tuple[Relaxation, ...], priority: int = 0) -> Call:
    """Queue a call that requires this, the way the product does."""
    of = there.groups["g1"]
    customer = Leg(leg_id="customer", role="customer", sid=call_id, state=LegState.JOINED, started_at=there.now)
    noted = sets.settled(there.store, of, steps, there.now)
    call = Call(call_id=call_id, state=CallState.IN_FLOW, legs=(customer,), touched_at=there.now, started_at=there.now)
    there.stage.open(call, lambda scene: queueing.enqueue(scene, of, priority=priority, steps=noted))
    return there.call_now(call_id)


def requiring(key: str, at: int = NOON) -> tuple[Relaxation, ...]:
    return (Relaxation(at=at, key=key),)


# What is required, from when on


def test_the_example_of_the_manual_level_four_then_three_then_anybody() -> None:
    assert steps_of((ENGLISH,), {"language": "en"}, NOON) == (
        Relaxation(at=NOON, key="english>=4"),
        Relaxation(at=NOON + 30 * SECOND, key="english>=3"),
        Relaxation(at=NOON + 60 * SECOND, key=""),
    )


def test_rules_whose_conditions_do_not_hold_require_nothing() -> None:
    assert steps_of((ENGLISH, GOLD), {"language": "zh-CN", "grade": "4"}, NOON) == (Relaxation(at=NOON, key=""),)


def test_several_rules_require_together_and_each_is_relaxed_in_its_own_time() -> None:
    found = steps_of((ENGLISH, GOLD), {"language": "en", "grade": "9"}, NOON)
    assert [(step.at - NOON, step.key) for step in found] == [
        (0, "english>=4&gold>=1"),
        (30 * SECOND, "english>=3&gold>=1"),
        (60 * SECOND, "gold>=1"),
    ]


def test_a_person_is_waited_for_first_and_then_what_time_has_left_of_the_skills() -> None:
    found = steps_of((ENGLISH,), {"language": "en"}, NOON, person="ann", person_s=40)
    assert [(step.at - NOON, step.key) for step in found] == [
        (0, "@ann"),
        (40 * SECOND, "english>=3"),
        (60 * SECOND, ""),
    ]


levels = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 9))


@given(levels, levels)
def test_a_set_s_name_says_exactly_who_meets_it(required: dict[str, int], held: dict[str, int]) -> None:
    key = "&".join(f"{skill}>={level}" for skill, level in sorted(required.items()))
    plainly = all(held.get(skill, 0) >= level for skill, level in required.items())
    assert met_by(key, ready_agent("ann", skills=held)) == plainly


@given(levels, st.lists(levels, max_size=6))
def test_the_nearest_set_never_requires_more(required: dict[str, int], live: list[dict[str, int]]) -> None:
    def name(one: dict[str, int]) -> str:
        return "&".join(f"{skill}>={level}" for skill, level in sorted(one.items()))

    found = nearest(name(required), [name(one) for one in live if one])
    assert met_by(found, ready_agent("ann", skills=required))


# Who gets what


def test_a_call_goes_to_who_can_and_never_to_the_longer_idle_who_cannot() -> None:
    there = Floor(skilled())
    there.agent("ann", idle_since=NOON - 9_000)
    there.agent("ben", idle_since=NOON - 1_000, skills={"english": 5})
    enqueue(there, "c1", requiring("english>=4"))
    assert there.dispatcher.dispatch_group("g1") == 1
    assert there.with_whom("c1") == "ben"


def test_a_call_that_nobody_can_take_does_not_keep_those_behind_it_waiting() -> None:
    there = Floor(skilled())
    there.agent("ann")
    enqueue(there, "c1", requiring("english>=4"))
    there.now += 1
    enqueue(there, "c2", ())
    assert there.dispatcher.dispatch_group("g1") == 1
    assert there.with_whom("c2") == "ann"
    assert there.call_now("c1").state is CallState.QUEUED


def test_a_ready_agent_takes_the_longest_waiting_of_all_whom_he_may_serve() -> None:
    there = Floor(skilled())
    for number, key in enumerate(("english>=6", "gold>=1", "", "english>=4")):
        there.now = NOON + number
        enqueue(there, f"c{number}", requiring(key))
    there.agent("ann", skills={"english": 5, "gold": 2})
    assert there.dispatcher.dispatch_agent("ann") == 1
    assert there.with_whom("c1") == "ann"


def test_time_relaxes_what_a_call_requires_and_its_place_is_kept() -> None:
    there = Floor(skilled())
    there.agent("ann", skills={"english": 3})
    call = enqueue(there, "c1", steps_of((ENGLISH,), {"language": "en"}, NOON))
    assert call.queueing is not None
    assert call.queueing.due_at == NOON + 30 * SECOND
    assert there.dispatcher.dispatch_group("g1") == 0
    there.now = NOON + 30 * SECOND
    relaxed = there.stage.act("c1", queueing.relax).call
    assert relaxed.queueing is not None
    assert (relaxed.queueing.requires, relaxed.queueing.sort) == ("english>=3", call.queueing.sort)
    assert there.bus.dispatches[-1][0] == "group:g1"
    assert there.dispatcher.dispatch_group("g1") == 1
    assert there.with_whom("c1") == "ann"


def test_what_ran_out_while_a_phone_rang_is_not_required_any_more() -> None:
    there = Floor(skilled())
    there.agent("ann", skills={"english": 5})
    call = enqueue(there, "c1", steps_of((ENGLISH,), {"language": "en"}, NOON))
    assert there.dispatcher.dispatch_group("g1") == 1
    there.agent("bob", skills={"english": 3})
    there.now = NOON + 40 * SECOND
    returned = there.fails("c1").call
    assert returned.queueing is not None
    assert returned.queueing.requires == "english>=3"
    assert returned.queueing.sort == call.queueing.sort  # type: ignore[union-attr]
    assert there.dispatcher.dispatch_group("g1") == 1
    assert there.with_whom("c1") == "bob"


def test_relaxing_twice_or_too_early_changes_nothing() -> None:
    there = Floor(skilled())
    before = enqueue(there, "c1", steps_of((ENGLISH,), {"language": "en"}, NOON))
    assert there.stage.act("c1", queueing.relax).call == replace(before, changes=())
    there.now = NOON + 30 * SECOND
    once = there.stage.act("c1", queueing.relax).call
    assert replace(there.stage.act("c1", queueing.relax).call, changes=()) == replace(once, changes=())


def test_a_caller_is_kept_for_his_agent_and_comes_first_with_him() -> None:
    there = Floor(group(memory="last_agent"))
    enqueue(there, "c1", ())
    there.now += 5_000
    enqueue(there, "c2", requiring("@ann", there.now))
    assert there.bus.dispatches[-1][0] == "agent:ann"
    there.agent("ben")
    assert there.dispatcher.dispatch_agent("ben") == 1
    assert there.with_whom("c1") == "ben"
    assert there.call_now("c2").state is CallState.QUEUED
    there.agent("ann")
    enqueue(there, "c3", requiring(""))
    assert there.dispatcher.dispatch_agent("ann") == 1
    assert there.with_whom("c2") == "ann"


def test_a_caller_whose_agent_did_not_answer_is_anybody_s() -> None:
    there = Floor(group(memory="last_agent"))
    there.agent("ann")
    steps = (Relaxation(at=NOON, key="@ann"), Relaxation(at=NOON + 20 * SECOND, key=""))
    enqueue(there, "c1", steps)
    there.dispatcher.dispatch_agent("ann")
    there.fails("c1")
    call = there.call_now("c1")
    assert call.state is CallState.QUEUED
    assert call.queueing is not None
    assert (call.queueing.requires, call.queueing.list) == ("", waiting_list(there.groups["g1"]))


def test_an_entry_aside_never_outlives_its_call() -> None:
    there = Floor(skilled())
    there.agent("ann", skills={"gold": 3})
    enqueue(there, "c1", requiring("gold>=1"))
    assert [one.call_id for one in there.store.waiting(aside_list(there.groups["g1"]), 9)] == ["c1"]
    there.dispatcher.dispatch_group("g1")
    assert there.store.waiting(aside_list(there.groups["g1"]), 9) == []


def test_length_and_places_count_every_set_in_one_order() -> None:
    there = Floor(skilled())
    for number, key in enumerate(("english>=4", "", "@ann", "gold>=1")):
        there.now = NOON + number
        enqueue(there, f"c{number}", requiring(key))
    snapshot = measure(there.store, there.groups["g1"], there.now)
    assert (snapshot.waiting, snapshot.order) == (4, ("c0", "c1", "c2", "c3"))


def test_beyond_the_limit_a_call_stands_in_the_nearest_weaker_set() -> None:
    there = Floor(skilled())
    for number in range(SET_LIMIT):
        enqueue(there, f"c{number}", requiring(f"english>=1&skill{number:02d}>=1"))
    call = enqueue(there, "late", requiring("english>=3&skill03>=2"))
    assert call.queueing is not None
    assert call.queueing.requires == "english>=1&skill03>=1"
    other = enqueue(there, "other", requiring("gold>=3"))
    assert other.queueing is not None
    assert other.queueing.requires == ""


def test_an_unused_set_is_forgotten_unless_somebody_waits_or_it_was_noted_anew() -> None:
    there = Floor(skilled())
    of = there.groups["g1"]
    enqueue(there, "c1", requiring("gold>=1"))
    there.now += sets.KEEP_MS
    assert sets.live(there.store, "g1", there.now) == []
    assert sets.sweep(there.store, of, there.now) == 0
    enqueue(there, "c2", requiring("english>=4", there.now))
    there.stage.act("c1", queueing.require_nothing)
    assert sets.sweep(there.store, of, there.now) == 1
    assert sets.live(there.store, "g1", there.now) == ["english>=4"]


def test_a_lost_wake_up_of_a_set_is_found() -> None:
    there = Floor(skilled())
    there.agent("ann", skills={"gold": 1})
    there.agent("ben")
    enqueue(there, "c1", requiring("gold>=1"))
    there.now += 3_000
    assert there.dispatcher.lost_wakeups(there.groups["g1"], there.now) == 1
    assert there.with_whom("c1") == "ann"


def test_ring_all_rings_those_alone_who_can() -> None:
    there = Floor(skilled(method="ring_all"))
    there.agent("ann", skills={"gold": 1})
    there.agent("ben")
    there.agent("cai", skills={"gold": 4})
    enqueue(there, "c1", requiring("gold>=1"))
    there.dispatcher.dispatch_group("g1")
    assert sorted(offer.agent_id for offer in there.call_now("c1").live_offers) == ["ann", "cai"]


# Everything together, against a plain statement


acts = st.lists(
    st.one_of(
        st.tuples(st.just("call"), st.sampled_from(["", "a>=2", "a>=4", "a>=2&b>=1", "b>=5"])),
        st.tuples(st.just("agent"), st.sampled_from(["", "a=1", "a=3", "a=5,b=2", "b=9"])),
    ),
    min_size=1,
    max_size=14,
)


def skills_of(text: str) -> dict[str, int]:
    return {part[0]: int(part[2:]) for part in text.split(",") if part}


@settings(max_examples=60, deadline=None)
@given(acts)
def test_whoever_may_meet_has_met_and_in_order(happenings: list[tuple[str, str]]) -> None:
    there = Floor(skilled())
    waiting: dict[str, str] = {}
    ready: dict[str, dict[str, int]] = {}
    for number, (kind, what) in enumerate(happenings):
        there.now = NOON + number
        if kind == "call":
            enqueue(there, f"c{number}", requiring(what, there.now))
            waiting[f"c{number}"] = what
            there.dispatcher.dispatch_group("g1")
            able = [name for name, skills in ready.items() if met_by(what, ready_agent(name, skills=skills))]
            expected = (f"c{number}", able[0]) if able else None
        else:
            name = f"a{number:02d}"
            there.agent(name, idle_since=there.now, skills=skills_of(what))
            ready[name] = skills_of(what)
            there.dispatcher.dispatch_agent(name)
            mine = [call for call, key in waiting.items() if met_by(key, ready_agent(name, skills=ready[name]))]
            expected = (mine[0], name) if mine else None
        if expected:
            call_id, name = expected
            assert there.with_whom(call_id) == name
            del waiting[call_id], ready[name]
        for call_id in waiting:
            assert there.call_now(call_id).state is CallState.QUEUED
