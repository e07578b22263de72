"""What both stores of the ACD promise. Subclasses give a fixture `store`; names are unique: it may be shared."""

import uuid

import pytest
from msgspec.structs import replace
from pynamodb.exceptions import TransactWriteError

from chalicelib.acd.model.agent import Agent, AgentState, Phone
from chalicelib.acd.model.call import Announcement, Call, CallState
from chalicelib.acd.ports import Commit, Store
from chalicelib.acd.rules.lists import staff_list, staff_notes
from chalicelib.acd.staff import staffed
from chalicelib.kernel.records import Lost
from chalicelib.telephony.model import Play, Say
from tests.unit.acd.kit import NOON, group, ready, ready_agent, waiting, waiting_call


def name() -> str:
    """Return a name that nobody else uses."""
    return uuid.uuid4().hex


@pytest.fixture
def key() -> str:
    return name()


def stored_call(store: Store, call_id: str) -> Call:
    """Store a call that waits for nobody and return it as stored."""
    store.commit(Commit(calls=[Call(call_id=call_id, touched_at=NOON)]))
    found = store.call(call_id)
    assert found is not None
    return found


def stored_agent(store: Store, agent: Agent) -> Agent:
    """Store an agent and return him as stored."""
    store.commit(Commit(agents=[agent]))
    found = store.agent(agent.agent_id)
    assert found is not None
    return found


def signs_in(store: Store, agent: Agent, at: int) -> Agent:
    """Store an agent who has just signed in to his groups, as the stage does."""
    before = store.agent(agent.agent_id) or Agent(agent_id=agent.agent_id)
    store.commit(Commit(agents=[replace(agent, version=before.version)], added=staff_notes(before, agent, at)))
    return agent


def signs_out(store: Store, agent_id: str) -> None:
    """Store that an agent has signed out; his notes stay."""
    there = store.agent(agent_id)
    assert there is not None
    store.commit(Commit(agents=[replace(there, state=AgentState.SIGNED_OUT, groups=())]))


class StoreContract:
    """The contract."""

    # --- who is signed in to a group

    def test_a_group_is_staffed_while_somebody_is_signed_in_whatever_he_does(self, store: Store, key: str) -> None:
        assert not staffed(store, key)
        for name in ("ann", "ben"):
            signs_in(store, replace(ready_agent(f"{name}-{key}", key), state=AgentState.NOT_READY), NOON)
        assert staffed(store, key)
        signs_out(store, f"ann-{key}")
        assert staffed(store, key)
        signs_out(store, f"ben-{key}")
        assert not staffed(store, key)
        assert store.waiting(staff_list(key), 10) == []

    def test_who_signs_in_again_is_never_lost_to_the_one_who_tidies(self, store: Store, key: str) -> None:
        signs_in(store, ready_agent(f"ann-{key}", key), NOON)
        signs_out(store, f"ann-{key}")
        (old,) = store.waiting(staff_list(key), 10)
        signs_in(store, ready_agent(f"ann-{key}", key), NOON + 1)
        assert not store.drop_set(old)
        assert staffed(store, key)

    def test_a_look_that_may_change_nothing_leaves_old_notes(self, store: Store, key: str) -> None:
        signs_in(store, ready_agent(f"ann-{key}", key), NOON)
        signs_out(store, f"ann-{key}")
        assert not staffed(store, key, tidy=False)
        assert len(store.waiting(staff_list(key), 10)) == 1

    # --- records and versions

    def test_unknown_records_are_none(self, store: Store, key: str) -> None:
        assert store.agent(key) is None
        assert store.call(key) is None
        assert store.agents([key]) == {}
        assert store.agents([]) == {}
        assert store.calls([]) == {}

    def test_record_comes_back_as_it_was_one_version_higher(self, store: Store, key: str) -> None:
        call, entry = waiting_call(key, group(key))
        call = replace(call, variables={"language": "en", "n": 3, "half": 0.5, "none": None, "list": [1, "二"]})
        agent = ready_agent(key, "g1", "g2", name="李静")
        store.commit(Commit(calls=[call], agents=[agent], added=[entry]))
        assert store.call(key) == replace(call, version=1)
        assert store.agent(key) == replace(agent, version=1)

    def test_what_a_caller_is_to_hear_comes_back_as_words_or_as_a_recording(self, store: Store, key: str) -> None:
        call, entry = waiting_call(key, group(key))
        assert call.queueing is not None
        told = (
            Announcement(announcement_id="1", prompt=Say({"zh-CN": "您好"}, "zh-CN"), by="boss"),
            Announcement(announcement_id="2", prompt=Play("https://zhiyin.example/audio/p/1.wav"), by="boss"),
        )
        store.commit(Commit(calls=[replace(call, queueing=replace(call.queueing, announcements=told))], added=[entry]))
        found = store.call(key)
        assert found is not None
        assert found.queueing is not None
        assert found.queueing.announcements == told

    def test_every_save_counts_the_version(self, store: Store, key: str) -> None:
        call = stored_call(store, key)
        for version in (1, 2, 3):
            assert call.version == version
            store.commit(Commit(calls=[replace(call, step=version)]))
            call = store.calls([key])[key]
            assert call.step == version

    def test_second_writer_of_a_version_loses(self, store: Store, key: str) -> None:
        agent = stored_agent(store, ready_agent(key))
        store.commit(Commit(agents=[replace(agent, name="first")]))
        with pytest.raises(Lost):
            store.commit(Commit(agents=[replace(agent, name="second")]))
        assert store.agents([key])[key].name == "first"

    def test_record_is_made_once(self, store: Store, key: str) -> None:
        stored_call(store, key)
        with pytest.raises(Lost):
            store.commit(Commit(calls=[Call(call_id=key, step=7)]))
        assert store.calls([key])[key].step == 0

    def test_many_records_are_read_at_once_without_the_unknown(self, store: Store, key: str) -> None:
        ids = [f"{key}-{number:03d}" for number in range(104)]
        for id in ids[::26]:
            stored_agent(store, ready_agent(id))
            stored_call(store, id)
        assert set(store.agents(ids)) == set(ids[::26])
        assert set(store.calls([*ids, ids[0]])) == set(ids[::26])

    def test_nothing_to_store_is_no_error(self, store: Store) -> None:
        store.commit(Commit())

    # --- all or nothing

    @pytest.mark.parametrize("stale", ["call", "agent", "entry"])
    def test_all_or_nothing(self, store: Store, key: str, stale: str) -> None:
        of = group(key)
        call, entry = waiting_call(key, of)
        store.commit(Commit(calls=[call], agents=[ready_agent(key)], added=[entry]))
        if stale == "call":
            store.commit(Commit(calls=[replace(call, version=1)]))
        elif stale == "agent":
            store.commit(Commit(agents=[replace(ready_agent(key), version=1)]))
        else:
            store.commit(Commit(removed=[entry]))
        before = (store.call(key), store.agent(key), store.waiting(entry.list, 9))
        added, listed = waiting(entry.list, "zz"), ready(f"ready{key}", "1")
        both = {
            "calls": [replace(call, version=1, state=CallState.CONNECTING)],
            "agents": [replace(ready_agent(key), version=1, state=AgentState.RESERVED)],
        }
        with pytest.raises(Lost):
            store.commit(Commit(removed=[entry], added=[added], ready=[listed], **both))
        assert (store.call(key), store.agent(key), store.waiting(entry.list, 9)) == before
        assert store.ready(listed.list, 9) == []

    def test_entry_is_removed_once(self, store: Store, key: str) -> None:
        entry = waiting(key, "1")
        store.commit(Commit(added=[entry]))
        store.commit(Commit(removed=[entry]))
        with pytest.raises(Lost):
            store.commit(Commit(removed=[entry]))
        assert store.waiting(key, 9) == []

    def test_entry_moves_in_one_step(self, store: Store, key: str) -> None:
        old, new = waiting(key, "2"), waiting(f"{key}-new", "1")
        store.commit(Commit(added=[old]))
        store.commit(Commit(removed=[old], added=[new]))
        assert store.waiting(key, 9) == []
        assert store.waiting(new.list, 9) == [new]

    def test_transaction_names_an_item_once(self, store: Store, key: str) -> None:
        entry = waiting(key, "1")
        with pytest.raises((ValueError, TransactWriteError)):
            store.commit(Commit(added=[entry, entry]))
        assert store.waiting(key, 9) == []

    # --- lists

    def test_lists_are_in_the_order_of_their_keys(self, store: Store, key: str) -> None:
        sorts = ["0003", "0001#b", "0010", "0001#a", "0002"]
        for sort in sorts:
            store.commit(Commit(added=[waiting(key, sort)], ready=[ready(key, sort)]))
        assert [entry.sort for entry in store.waiting(key, 9)] == sorted(sorts)
        assert [entry.sort for entry in store.ready(key, 9)] == sorted(sorts)

    def test_lists_are_read_in_pages(self, store: Store, key: str) -> None:
        for number in range(7):
            store.commit(Commit(added=[waiting(key, f"{number}")], ready=[ready(key, f"{number}")]))
        assert [entry.sort for entry in store.waiting(key, 3)] == ["0", "1", "2"]
        assert [entry.sort for entry in store.waiting(key, 3, "2")] == ["3", "4", "5"]
        assert [entry.sort for entry in store.waiting(key, 3, "5")] == ["6"]
        assert [entry.sort for entry in store.ready(key, 3, "2")] == ["3", "4", "5"]
        assert store.ready(key, 3, "6") == []

    def test_lists_are_apart(self, store: Store, key: str) -> None:
        store.commit(Commit(added=[waiting(key, "1")], ready=[ready(f"{key}-b", "1")]))
        assert store.waiting(f"{key}-b", 9) == []
        assert store.ready(key, 9) == []

    def test_stale_entries_are_dropped_and_missing_ones_are_fine(self, store: Store, key: str) -> None:
        entries = [ready(key, f"{number:03d}", f"a{number}") for number in range(30)]
        for start in range(0, 30, 10):
            store.commit(Commit(ready=entries[start : start + 10]))
        store.drop_ready(entries[:27])
        store.drop_ready(entries[25:28])
        store.drop_ready([])
        assert store.ready(key, 100) == entries[28:]

    # --- due times

    def test_what_is_due_is_found(self, store: Store, key: str) -> None:
        past, future, never = (f"{key}-{when}" for when in ("past", "future", "never"))
        browser = {"phone": Phone(kind="browser"), "groups": ()}
        stored_agent(store, ready_agent(past, phone_lease_until=NOON - 1, **browser))
        stored_agent(store, ready_agent(future, phone_lease_until=NOON + 1, **browser))
        stored_agent(store, replace(ready_agent(never), state=AgentState.NOT_READY))
        found = store.due("agent", NOON, 1_000)
        assert [id for id in found if id.startswith(key)] == [past]

    def test_due_time_moves_with_the_record(self, store: Store, key: str) -> None:
        call = stored_call(store, key)
        due = NOON + 24 * 3_600_000
        assert key in store.due("call", due, 1_000)
        store.commit(Commit(calls=[replace(call, state=CallState.ENDED)]))
        assert key not in store.due("call", due, 1_000)

    def test_due_has_a_limit(self, store: Store, key: str) -> None:
        for number in range(5):
            stored_agent(store, ready_agent(f"{key}{number}", phone_lease_until=1))
        assert len(store.due("agent", 2, 3)) == 3

    # --- lease

    def test_lease_is_renewed_without_a_new_version(self, store: Store, key: str) -> None:
        agent = stored_agent(store, ready_agent(key, phone_lease_until=NOON))
        assert store.renew_lease(agent, NOON + 60_000)
        assert store.agent(key) == replace(agent, phone_lease_until=NOON + 60_000)
        assert store.agents([key, f"{key}-x"])[key].phone_lease_until == NOON + 60_000
        assert key not in store.due("agent", NOON, 1_000)
        assert key in store.due("agent", NOON + 60_000, 1_000)

    def test_state_change_wins_over_a_renewal(self, store: Store, key: str) -> None:
        agent = stored_agent(store, ready_agent(key, phone_lease_until=NOON))
        store.commit(Commit(agents=[replace(agent, state=AgentState.NOT_READY, phone_lease_until=None)]))
        assert not store.renew_lease(agent, NOON + 60_000)
        assert store.agents([key])[key].phone_lease_until is None

    def test_lease_of_somebody_unknown_is_not_renewed(self, store: Store, key: str) -> None:
        assert not store.renew_lease(ready_agent(key), NOON)
        assert store.agent(key) is None
