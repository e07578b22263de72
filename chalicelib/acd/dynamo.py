"""The ACD's store on DynamoDB: records at their versions, lists, due times."""

from typing import Any

from msgspec.structs import replace
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, UpdateError
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.acd.model import agent as agent_model
from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Ready, Waiting
from chalicelib.acd.ports import DUE_SHARDS, Commit, Kind
from chalicelib.acd.tables import AgentItem, CallItem, ReadyItem, WaitingItem, agent_item, agent_of, call_item
from chalicelib.kernel.records import CONDITION_FAILED, Lost, chunks, stored_version, transact


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

    def mark_set(self, entry: Waiting) -> None:
        """Note a set."""
        WaitingItem(list=entry.list, sort=entry.sort, data=entry).save()

    def drop_set(self, entry: Waiting) -> bool:
        """Forget a set unless it was noted anew."""
        try:
            WaitingItem(entry.list, entry.sort).delete(Path(["data", "enqueued_at"]) == entry.enqueued_at)
        except DeleteError as error:
            if error.cause_response_code == CONDITION_FAILED:
                return False
            raise
        return True

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
