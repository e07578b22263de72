"""How the ACD is stored: agents, calls (each one item, whole), waiting and ready lists, groups and memberships."""

from typing import Any
from zlib import crc32

from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.acd.model import agent as agent_model
from chalicelib.acd.model import call as call_model
from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group, Member, Ready, Waiting
from chalicelib.acd.ports import DUE_SHARDS, Commit, Kind
from chalicelib.kernel.records import (
    Collection,
    Lost,
    StructAttribute,
    chunks,
    optional_int,
    stored_version,
    table_meta,
    transact,
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


class CallItem(Model):
    """A call with its legs and offers."""

    Meta = table_meta("calls")
    call_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(default=0)
    due_shard = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    data = StructAttribute(Call)
    due = CallDue()


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
    return CallItem(
        call_id=call.call_id,
        version=call.version,
        data=call,
        due_at=due,
        due_shard=due_shard(call.call_id) if due is not None else None,
    )


class DynamoStore:
    """The ACD's store on DynamoDB."""

    def agent(self, agent_id: str) -> Agent | None:
        """Return an agent."""
        try:
            return agent_of(AgentItem.get(agent_id, consistent_read=True))
        except DoesNotExist:
            return None

    def agents(self, agent_ids: list[str]) -> dict[str, Agent]:
        """Return the agents that exist, by id."""
        if len(agent_ids) == 1:
            only = self.agent(agent_ids[0])
            return {only.agent_id: only} if only else {}
        found = AgentItem.batch_get(sorted(set(agent_ids)), consistent_read=True) if agent_ids else ()
        return {item.agent_id: agent_of(item) for item in found}

    def call(self, call_id: str) -> Call | None:
        """Return a call."""
        try:
            return CallItem.get(call_id, consistent_read=True).data
        except DoesNotExist:
            return None

    def calls(self, call_ids: list[str]) -> dict[str, Call]:
        """Return the calls that exist, by id."""
        found = CallItem.batch_get(sorted(set(call_ids)), consistent_read=True) if call_ids else ()
        return {item.call_id: item.data for item in found}

    def commit(self, commit: Commit) -> None:
        """Store all or nothing: one conditional put, or a transaction of several."""
        if commit.size == 0:
            return
        if commit.size == 1 and (commit.calls or commit.agents):
            self._put_one(commit)
            return

        def build(transaction: Any) -> None:
            for item in _records(commit):
                expected = item.version
                item.version = expected + 1
                item.data = replace(item.data, version=expected + 1)
                transaction.save(item, condition=stored_version(expected))
            for entry in commit.removed:
                transaction.delete(WaitingItem(entry.list, entry.sort), condition=WaitingItem.list.exists())
            for waiting in commit.added:
                transaction.save(WaitingItem(list=waiting.list, sort=waiting.sort, data=waiting))
            for ready in commit.ready:
                transaction.save(ReadyItem(list=ready.list, sort=ready.sort, data=ready))

        transact(build)

    @staticmethod
    def _put_one(commit: Commit) -> None:
        (item,) = _records(commit)
        expected = item.version
        item.version = expected + 1
        item.data = replace(item.data, version=expected + 1)
        try:
            item.save(condition=stored_version(expected))
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            if not _stored_already(item):
                raise Lost from error

    def renew_lease(self, agent: Agent, until: int) -> bool:
        """Renew the lease at this version, without a new one."""
        due = agent_model.deadline(replace(agent, phone_lease_until=until))
        actions: list[Action] = [AgentItem.phone_lease_until.set(until)]
        if due is not None:
            actions.append(AgentItem.due_at.set(due))
        try:
            AgentItem(agent.agent_id).update(actions=actions, condition=AgentItem.version == agent.version)
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def waiting(self, list_: str, limit: int, after: str = "") -> list[Waiting]:
        """Return the head of a waiting list."""
        beyond = WaitingItem.sort > after if after else None
        return [item.data for item in WaitingItem.query(list_, beyond, limit=limit, consistent_read=True)]

    def ready(self, list_: str, limit: int, after: str = "") -> list[Ready]:
        """Return the head of a ready list."""
        beyond = ReadyItem.sort > after if after else None
        return [item.data for item in ReadyItem.query(list_, beyond, limit=limit, consistent_read=True)]

    def drop_ready(self, entries: list[Ready]) -> None:
        """Delete stale ready entries in batches."""
        for part in chunks(entries, 25):
            with ReadyItem.batch_write() as batch:
                for entry in part:
                    batch.delete(ReadyItem(entry.list, entry.sort))

    def due(self, kind: Kind, before: int, limit: int) -> list[str]:
        """Return ids of records whose due time has passed; each shard of the index has its share of the limit."""
        share = max(1, limit // DUE_SHARDS)
        return [id for shard in range(DUE_SHARDS) for id in _due_in(kind, str(shard), before, share)][:limit]


def _stored_already(item: Any) -> bool:
    """Return whether the record is stored just so: a put whose answer was lost is repeated and meets its own version.

    (Transactions need no such look: DynamoDB knows a repeated one by its token.)
    """
    key = item.call_id if isinstance(item, CallItem) else item.agent_id
    try:
        return type(item).get(key, consistent_read=True).data == item.data
    except DoesNotExist:
        return False


def _due_in(kind: Kind, shard: str, before: int, limit: int) -> list[str]:
    if kind == "agent":
        return [item.agent_id for item in AgentItem.due.query(shard, AgentItem.due_at <= before, limit=limit)]
    return [item.call_id for item in CallItem.due.query(shard, CallItem.due_at <= before, limit=limit)]


def _records(commit: Commit) -> list[Any]:
    return [*map(call_item, commit.calls), *map(agent_item, commit.agents)]


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
