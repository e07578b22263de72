"""Postings: a search finds what a brute-force filter finds, page by page, inside the reader's data scope."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.errors import InvalidInput
from chalicelib.kernel.paging import encode_cursor
from chalicelib.kernel.postings import DAY_MS, MERGED_KEYS, Facts, Postings, Wanted, Where, day_key
from chalicelib.kernel.principal import Principal

NOW = 1_795_305_600_000  # 2026-11-22T00:00:00Z
ALL = Principal(username="boss", scope="all")
TABLE = "call_index"


@pytest.fixture
def postings(tables: None) -> Postings[CallRecord]:  # noqa: ARG001
    return Postings(TABLE, CallRecord)


def row(n: int, started_at: int, **more: object) -> CallRecord:
    values = {"call_id": f"C{n:03}", "direction": "inbound", "customer_number": "+8613800000000"}
    return msgspec.convert(values | {"started_at": started_at} | more, CallRecord)


class Thing(msgspec.Struct, frozen=True):
    """A call for the property test: minutes is how long before NOW it began."""

    n: int
    minutes: int
    agents: tuple[str, ...]
    number: str
    group: str
    departments: tuple[str, ...]
    talk_s: int
    answered: bool

    @property
    def started_at(self) -> int:
        return NOW - self.minutes * 60_000

    @property
    def facts(self) -> Facts:
        return Facts(
            id=f"C{self.n:03}",
            started_at=self.started_at,
            agents=self.agents,
            numbers=(self.number,),
            groups=(self.group,),
            departments=self.departments,
        )

    @property
    def row(self) -> CallRecord:
        answered_at = self.started_at + 5 if self.answered else None
        return row(self.n, self.started_at, talk_s=self.talk_s, answered_at=answered_at, customer_number=self.number)


agents, departments = st.sampled_from(["a1", "a2", "a3"]), st.sampled_from(["d1", "d2", "d3"])
numbers, groups = st.sampled_from(["+861", "+862", "1001"]), st.sampled_from(["", "8001", "8002"])
minutes = st.integers(1, 6 * 1440)


def subsets(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, unique=True, max_size=3).map(tuple)


things = st.lists(
    st.builds(
        Thing, st.integers(0, 999), minutes, subsets(agents), numbers, groups, subsets(departments),
        st.integers(0, 9), st.booleans(),
    ),
    max_size=14,
    unique_by=lambda thing: thing.n,
)  # fmt: skip
wheres = st.lists(
    st.one_of(
        st.builds(Where, st.just("talk_s"), st.sampled_from(["at_least", "at_most", "equal"]), st.integers(0, 9)),
        st.builds(Where, st.just("answered_at"), st.sampled_from(["present", "absent"])),
    ),
    max_size=2,
).map(tuple)
instants = st.none() | minutes.map(lambda before: NOW - before * 60_000)
searches = st.builds(
    Wanted,
    from_at=instants,
    to_at=instants,
    agent_id=st.none() | agents,
    number=st.none() | numbers,
    group_id=st.none() | groups,
    where=wheres,
)
people = st.one_of(
    st.just(ALL),
    st.builds(lambda name: Principal(username=name, scope="own"), agents),
    st.builds(lambda ids: Principal(username="x", scope="subtree", department_ids=ids), subsets(departments)),
    st.builds(lambda ids: Principal(username="x", scope="department", department_ids=ids), subsets(departments)),
)


def passes(thing: Thing, test: Where) -> bool:
    value = getattr(thing.row, test.field)
    return {
        "present": value is not None,
        "absent": value is None,
        "equal": value == test.value,
        "at_least": test.test == "at_least" and value >= test.value,
        "at_most": test.test == "at_most" and value <= test.value,
    }[test.test]


def in_scope(thing: Thing, who: Principal) -> bool:
    if who.scope == "own":
        return who.username in thing.agents
    return who.scope == "all" or bool(set(who.department_ids) & set(thing.departments))


def brute_force(found: list[Thing], wanted: Wanted, who: Principal) -> list[str]:
    kept = [
        thing
        for thing in found
        if (wanted.from_at is None or thing.started_at >= wanted.from_at)
        and (wanted.to_at is None or thing.started_at < wanted.to_at)
        and (not wanted.agent_id or wanted.agent_id in thing.agents)
        and (not wanted.number or wanted.number == thing.number)
        and (not wanted.group_id or wanted.group_id == thing.group)
        and all(passes(thing, test) for test in wanted.where)
        and in_scope(thing, who)
    ]
    return [t.facts.id for t in sorted(kept, key=lambda thing: thing.facts.sort, reverse=True)]


def read_all(postings: Postings[CallRecord], wanted: Wanted, who: Principal, limit: int) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(500):
        page = postings.search(wanted, who, NOW, cursor, limit)
        assert len(page.items) <= limit
        found += [item.call_id for item in page.items]
        cursor = page.cursor
        if cursor is None:
            return found
    raise AssertionError("paging does not end")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    found=things, asked=st.lists(st.tuples(searches, people, st.integers(1, 4)), min_size=1, max_size=4),
    size=st.integers(1, 5),
)  # fmt: skip
def test_a_search_finds_what_brute_force_finds(
    found: list[Thing], asked: list[tuple[Wanted, Principal, int]], size: int, empty: Callable[[], None]
) -> None:
    empty()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.kernel.merge.READ_SIZE", size)  # pages smaller than the data
        patch.setattr("chalicelib.kernel.postings.QUERIES", 3)
        postings = Postings(TABLE, CallRecord)
        for thing in found:
            postings.write(thing.facts, thing.row, revision=1)
        for wanted, who, limit in asked:
            assert read_all(postings, wanted, who, limit) == brute_force(found, wanted, who)


def test_writing_again_changes_nothing_and_an_older_revision_is_passed_over(postings: Postings[CallRecord]) -> None:
    facts = Facts(id="C001", started_at=NOW - 1, agents=("a1",))
    postings.write(facts, row(1, NOW - 1, talk_s=1), revision=1)
    postings.write(facts, row(1, NOW - 1, talk_s=2), revision=2)
    postings.write(facts, row(1, NOW - 1, talk_s=1), revision=1)
    page = postings.search(Wanted(), ALL, NOW)
    assert [item.talk_s for item in page.items] == [2]
    assert page.cursor is None


def test_keys_that_are_no_longer_true_are_taken_away(postings: Postings[CallRecord]) -> None:
    before = Facts(id="C001", started_at=NOW - 1, agents=("a1",))
    after = Facts(id="C001", started_at=NOW - 1, agents=("a2",))
    postings.write(before, row(1, NOW - 1), revision=1)
    postings.write(after, row(1, NOW - 1), revision=2, before=before)
    assert read_all(postings, Wanted(agent_id="a1"), ALL, 5) == []
    assert read_all(postings, Wanted(agent_id="a2"), ALL, 5) == ["C001"]


def test_a_changed_start_moves_the_rows(postings: Postings[CallRecord]) -> None:
    before = Facts(id="C001", started_at=NOW - 2 * DAY_MS, agents=("a1",))
    after = Facts(id="C001", started_at=NOW - 1, agents=("a1",))
    postings.write(before, row(1, before.started_at), revision=1)
    postings.write(after, row(1, after.started_at), revision=2, before=before)
    assert read_all(postings, Wanted(), ALL, 5) == ["C001"]
    assert read_all(postings, Wanted(agent_id="a1"), ALL, 5) == ["C001"]


def test_removed_things_are_not_found_but_newer_ones_stay(postings: Postings[CallRecord]) -> None:
    facts = Facts(id="C001", started_at=NOW - 1)
    postings.write(facts, row(1, NOW - 1), revision=2)
    postings.remove(facts, revision=1)
    assert read_all(postings, Wanted(), ALL, 5) == ["C001"]
    postings.remove(facts, revision=2)
    postings.remove(facts, revision=2)
    assert read_all(postings, Wanted(), ALL, 5) == []


def test_history_of_several_numbers_names_a_call_once(postings: Postings[CallRecord]) -> None:
    for n in range(6):
        facts = Facts(id=f"C00{n}", started_at=NOW - n, numbers=("+861", "+862")[: 1 + n % 2])
        postings.write(facts, row(n, NOW - n), revision=1)
    first = postings.of_numbers(["+862", "+861"], limit=4)
    second = postings.of_numbers(["+862", "+861"], first.cursor, limit=4)
    assert [r.call_id for r in (*first.items, *second.items)] == [f"C00{n}" for n in range(6)]
    assert second.cursor is None
    assert postings.of_numbers([]).items == []


def test_a_request_reads_a_bounded_number_of_pages(
    postings: Postings[CallRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    postings.write(Facts(id="C001", started_at=NOW - 300 * DAY_MS), row(1, NOW - 300 * DAY_MS), revision=1)
    reads: list[str] = []
    query = postings.model.query
    monkeypatch.setattr(postings.model, "query", lambda *a, **k: (reads.append(a[0]), query(*a, **k))[1])
    page = postings.search(Wanted(from_at=NOW - 400 * DAY_MS), ALL, NOW)
    assert (len(reads), page.items) == (32, [])
    assert page.cursor is not None
    assert read_all(postings, Wanted(from_at=NOW - 400 * DAY_MS), ALL, 50) == ["C001"]


def test_a_wide_scope_is_read_by_day(postings: Postings[CallRecord]) -> None:
    many = tuple(f"d{n}" for n in range(MERGED_KEYS + 1))
    postings.write(Facts(id="C001", started_at=NOW - 1, departments=("d3",)), row(1, NOW - 1), revision=1)
    postings.write(Facts(id="C002", started_at=NOW - 1, departments=("other",)), row(2, NOW - 1), revision=1)
    who = Principal(username="x", scope="subtree", department_ids=many)
    assert read_all(postings, Wanted(), who, 5) == ["C001"]


@pytest.mark.parametrize("position", ["agent#a2", 7, "", "000000000000001#\u0000", {"key": "x"}, "9" * 400])
def test_a_forged_cursor_is_refused(postings: Postings[CallRecord], position: object) -> None:
    with pytest.raises(InvalidInput):
        postings.search(Wanted(), ALL, NOW, encode_cursor(position))


def test_days_are_utc() -> None:
    assert day_key(NOW) == "day#2026-11-22"
    assert day_key(NOW - 1) == "day#2026-11-21"
