"""How the ACD is stored: agents, calls (each one item, whole), waiting and ready lists, groups and memberships."""

from zlib import crc32

from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.acd.model import agent as agent_model
from chalicelib.acd.model import call as call_model
from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group, Member, Ready, Waiting
from chalicelib.acd.ports import DUE_SHARDS
from chalicelib.kernel.records import (
    Collection,
    Lost,
    StructAttribute,
    optional_int,
    stored_version,
    table_meta,
)


class AgentDue(GlobalSecondaryIndex["AgentItem"]):
    """Agents by due time, for the sweeper."""

    Meta = type("Meta", (), {"index_name": "due", "projection": KeysOnlyProjection()})
    due_shard = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class AgentItem(Model):
    """An agent. phone_lease_until is apart from `data`: a heartbeat renews it without a new version."""

    Meta = table_meta("agents")
    agent_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(default=0)
    due_shard = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    phone_lease_until = NumberAttribute(null=True)
    data = StructAttribute(Agent)
    due = AgentDue()


class CallDue(GlobalSecondaryIndex["CallItem"]):
    """Calls by due time, for the sweeper."""

    Meta = type("Meta", (), {"index_name": "due", "projection": KeysOnlyProjection()})
    due_shard = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class Callbacks(GlobalSecondaryIndex["CallItem"]):
    """Callbacks that are not over, by group, in the order in which they come due."""

    Meta = type("Meta", (), {"index_name": "callbacks", "projection": AllProjection()})
    callback_group = UnicodeAttribute(hash_key=True)
    callback_sort = UnicodeAttribute(range_key=True)


class CallItem(Model):
    """A call with its legs and offers. callback_…: of a callback that is not over."""

    Meta = table_meta("calls")
    call_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(default=0)
    due_shard = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    callback_group = UnicodeAttribute(null=True)
    callback_sort = UnicodeAttribute(null=True)
    data = StructAttribute(Call)
    due = CallDue()
    callbacks = Callbacks()


class WaitingItem(Model):
    """A waiting call in a group's list."""

    Meta = table_meta("waiting")
    list = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    data = StructAttribute(Waiting)


class ReadyItem(Model):
    """A ready agent in a group's list."""

    Meta = table_meta("ready")
    list = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    data = StructAttribute(Ready)


class MembershipsOfAgent(GlobalSecondaryIndex["MembershipItem"]):
    """The groups of an agent."""

    Meta = type("Meta", (), {"index_name": "by_agent", "projection": AllProjection()})
    username = UnicodeAttribute(hash_key=True)
    group_id = UnicodeAttribute(range_key=True)


class MembershipItem(Model):
    """An agent's membership of a group."""

    Meta = table_meta("memberships")
    group_id = UnicodeAttribute(hash_key=True)
    username = UnicodeAttribute(range_key=True)
    version = NumberAttribute(default=0)
    data = StructAttribute(Member)
    by_agent = MembershipsOfAgent()


groups: Collection[Group] = Collection("groups", Group, "group_id", "group")


def due_shard(id: str) -> str:
    """Return the shard of the due index in which a record stands."""
    return str(crc32(id.encode()) % DUE_SHARDS)


def agent_item(agent: Agent) -> AgentItem:
    """Return the stored form of an agent."""
    due = agent_model.deadline(agent)
    return AgentItem(
        agent_id=agent.agent_id,
        version=agent.version,
        data=agent,
        phone_lease_until=agent.phone_lease_until,
        due_at=due,
        due_shard=due_shard(agent.agent_id) if due is not None else None,
    )


def agent_of(item: AgentItem) -> Agent:
    """Return the agent in a stored item, with his present lease."""
    agent = item.data
    lease = optional_int(item.phone_lease_until)
    return replace(agent, phone_lease_until=lease)


def call_item(call: Call) -> CallItem:
    """Return the stored form of a call."""
    due = call_model.deadline(call)
    sort = callback_sort(call)
    return CallItem(
        call_id=call.call_id,
        version=call.version,
        data=call,
        due_at=due,
        due_shard=due_shard(call.call_id) if due is not None else None,
        callback_group=call.group_id if sort else None,
        callback_sort=sort,
    )


def callback_sort(call: Call) -> str | None:
    """Return the place of a callback among those of its group, by when it is due; None for any other or ended call."""
    if call.callback is None or call.over or call.group_id is None:
        return None
    return f"{callback_due(call):015d}#{call.call_id}"


def callback_due(call: Call) -> int:
    """Return since or from when a callback waits (ms)."""
    booked = call.callback.due_at if call.callback else None
    return booked or (call.queueing.enqueued_at if call.queueing else call.started_at)


def callbacks(group_id: str, after: str | None, limit: int) -> list[Call]:
    """Return a group's callbacks that are not over, the first due first (an index: may lag)."""
    later = CallItem.callback_sort > after if after else None
    return [item.data for item in CallItem.callbacks.query(group_id, later, limit=limit)]


def save_member(member: Member) -> Member:
    """Store a membership at its version and return it at the next. Errors: Lost."""
    saved = replace(member, version=member.version + 1)
    item = MembershipItem(member.group_id, member.username, version=saved.version, data=saved)
    try:
        item.save(condition=stored_version(member.version))
    except PutError as error:
        raise Lost from error
    return saved


def members(group_id: str) -> list[Member]:
    """Return a group's members."""
    return [item.data for item in MembershipItem.query(group_id, consistent_read=True)]


def memberships(username: str) -> list[Member]:
    """Return an agent's memberships."""
    return [item.data for item in MembershipItem.by_agent.query(username)]


def member(group_id: str, username: str) -> Member | None:
    """Return a membership."""
    try:
        return MembershipItem.get(group_id, username, consistent_read=True).data
    except DoesNotExist:
        return None


def delete_member(group_id: str, username: str) -> None:
    """Delete a membership; a missing one is fine."""
    try:
        MembershipItem(group_id, username).delete()
    except DeleteError as error:
        raise Lost from error
