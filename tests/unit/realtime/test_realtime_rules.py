"""Who may hear which topic; which screens a change concerns."""

import pytest

from chalicelib.acd.model.call import Call, CallState, Leg, LegState, Offer, OfferState
from chalicelib.kernel.principal import Principal
from chalicelib.realtime import rules

AGENT = Principal(username="agent1", permissions=frozenset({"self.read", "presence.read"}))
SUPERVISOR = Principal(
    username="boss", permissions=frozenset({"wall.read"}), scope="subtree", department_ids=("north", "south")
)
ADMINISTRATOR = Principal(username="root", permissions=frozenset({"wall.read", "presence.read"}), scope="all")
LONELY = Principal(username="lonely", permissions=frozenset({"wall.read"}), scope="own")

TABLE = [
    (AGENT, "agent/agent1", False, ["agent/agent1"]),
    (AGENT, "agent/agent2", True, []),
    (AGENT, "wall", True, []),
    (AGENT, "presence", False, ["presence"]),
    (SUPERVISOR, "agent/agent1", True, ["agent/agent1"]),
    (SUPERVISOR, "agent/agent1", False, []),
    (SUPERVISOR, "agent/boss", False, ["agent/boss"]),
    (SUPERVISOR, "presence", True, []),
    (SUPERVISOR, "wall", False, ["walls", "wall#north", "wall#south"]),
    (ADMINISTRATOR, "wall", False, ["walls", "wall#all"]),
    (LONELY, "wall", True, []),
    *((ADMINISTRATOR, topic, True, []) for topic in ("wall#all", "walls", "groups", "agent/", "", "call/1")),
    (ADMINISTRATOR, "agent/" + "a" * 200, True, []),
]


@pytest.mark.parametrize(("who", "topic", "in_scope", "rows"), TABLE)
def test_topics_by_permission_and_scope(who: Principal, topic: str, in_scope: bool, rows: list[str]) -> None:
    assert rules.rows_of(who, topic, in_scope=in_scope) == rows


def test_a_wall_counts_as_one_topic() -> None:
    held = ["walls", *(f"wall#{number}" for number in range(200))]
    assert not rules.too_many(held, [f"agent/{number}" for number in range(49)])
    assert rules.too_many(held, [f"agent/{number}" for number in range(50)])


def _call(state: CallState, *, legs: dict[str, LegState], offer: OfferState | None = None) -> Call:
    offers = (Offer(offer_id="o", kind="queue", agent_id="offered", state=offer),) if offer else ()
    parts = tuple(Leg(leg_id=id, role="agent", agent_id=id, state=at) for id, at in legs.items())
    return Call(call_id="c", state=state, legs=parts, offers=offers)


def test_those_in_the_call_and_those_who_just_left_hear_of_it() -> None:
    old = _call(CallState.TALKING, legs={"left": LegState.JOINED, "stays": LegState.JOINED}, offer=OfferState.RINGING)
    new = _call(CallState.TALKING, legs={"left": LegState.LEFT, "stays": LegState.HELD}, offer=OfferState.NO_ANSWER)
    assert rules.hearers(new, old) == ("left", "offered", "stays")
    assert rules.hearers(new, new) == ("stays",)


def test_everybody_who_took_part_hears_of_the_end() -> None:
    ended = _call(CallState.ENDED, legs={"early": LegState.LEFT, "late": LegState.LEFT})
    assert rules.hearers(ended, ended) == ("early", "late")


def test_voicemail_is_heard_by_box_and_counts_as_one_topic() -> None:
    boxes = tuple(f"group:{number}" for number in range(200))
    rows = rules.rows_of(AGENT, "voicemails", in_scope=False, boxes=boxes)
    assert rows == [f"voicemails#{box}" for box in boxes]
    assert not rules.too_many(rows, [f"agent/{number}" for number in range(49)])
    assert rules.too_many(rows, [f"agent/{number}" for number in range(50)])
    assert rules.rows_of(AGENT, "voicemails#group:1", in_scope=True, boxes=boxes) == []
