"""How connections, subscriptions and collected changes are stored."""

from collections.abc import Iterable
from typing import Any

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.kernel.records import StructAttribute, table_meta
from chalicelib.realtime.model import CONNECTION_S, Connection

KEEP_TOPIC_S = 3_600


class ConnectionItem(Model):
    """A WebSocket, or (`ticket#<hash>`) a ticket for one. expires_at: seconds, for the table's TTL."""

    Meta = table_meta("connections")
    connection_id = UnicodeAttribute(hash_key=True)
    username = UnicodeAttribute()
    expires_at = NumberAttribute()
    data = StructAttribute(Connection)


class TopicsOfConnection(GlobalSecondaryIndex["SubscriptionItem"]):
    """The topics that a connection hears."""

    Meta = type("Meta", (), {"index_name": "by_connection", "projection": KeysOnlyProjection()})
    connection_id = UnicodeAttribute(hash_key=True)
    topic = UnicodeAttribute(range_key=True)


class SubscriptionItem(Model):
    """A connection hears a topic."""

    Meta = table_meta("subscriptions")
    topic = UnicodeAttribute(hash_key=True)
    connection_id = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute()
    by_connection = TopicsOfConnection()


class TopicItem(Model):
    """Changes collected for a topic. dirty: names of changes not told yet; due_at, posted_at: ms."""

    Meta = table_meta("snapshots")
    snapshot_id = UnicodeAttribute(hash_key=True)
    dirty = UnicodeSetAttribute(null=True)
    due_at = NumberAttribute(null=True)
    posted_at = NumberAttribute(null=True)
    expires_at = NumberAttribute(null=True)


class Collected(msgspec.Struct, frozen=True):
    """What a topic has collected. due_at: when it is to be told; posted_at: when it was last told (ms)."""

    marks: frozenset[str]
    due_at: int | None
    posted_at: int


def save_connection(connection_id: str, connection: Connection, expires_at: int) -> None:
    """Store a connection or ticket. expires_at: seconds."""
    ConnectionItem(connection_id, username=connection.principal.username, expires_at=expires_at, data=connection).save()


def connection(connection_id: str) -> Connection | None:
    """Return a connection or ticket."""
    try:
        return ConnectionItem.get(connection_id, consistent_read=True).data
    except DoesNotExist:
        return None


def take_connection(connection_id: str) -> bool:
    """Delete a connection or ticket; True for the one who deleted it."""
    try:
        ConnectionItem(connection_id).delete(condition=ConnectionItem.connection_id.exists())
    except DeleteError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True


def subscribe(connection_id: str, topics: Iterable[str], now: int) -> None:
    """Let a connection hear topics."""
    expires_at = now // 1000 + CONNECTION_S
    with SubscriptionItem.batch_write() as batch:
        for topic in dict.fromkeys(topics):
            batch.save(SubscriptionItem(topic, connection_id, expires_at=expires_at))


def unsubscribe(connection_id: str, topics: Iterable[str]) -> None:
    """Let a connection hear topics no longer."""
    with SubscriptionItem.batch_write() as batch:
        for topic in dict.fromkeys(topics):
            batch.delete(SubscriptionItem(topic, connection_id))


def topics_of(connection_id: str) -> list[str]:
    """Return the stored topics of a connection (an index: may lag)."""
    return [item.topic for item in SubscriptionItem.by_connection.query(connection_id)]


def subscribers(topic: str) -> list[str]:
    """Return the connections that hear a topic. Consistent: who subscribed before a change hears of it."""
    return [item.connection_id for item in SubscriptionItem.query(topic, consistent_read=True)]


def heard(topic: str) -> bool:
    """Return whether anybody hears a topic."""
    return any(True for _ in SubscriptionItem.query(topic, limit=1, consistent_read=True))


def collect(topic: str, marks: set[str], due_at: int) -> Collected:
    """Add changes to a topic; due_at holds unless one is set already. Returns the topic afterwards."""
    item = TopicItem(_key(topic))
    due: Any = TopicItem.due_at
    actions: list[Any] = [
        TopicItem.dirty.add(marks),
        due.set(due | due_at),
        TopicItem.expires_at.set(due_at // 1000 + KEEP_TOPIC_S),
    ]
    item.update(actions=actions)
    return _collected(item)


def collected(topic: str) -> Collected:
    """Return what a topic has collected."""
    try:
        return _collected(TopicItem.get(_key(topic), consistent_read=True))
    except DoesNotExist:
        return Collected(frozenset(), None, 0)


def told(topic: str, marks: frozenset[str], now: int) -> Collected:
    """Take away what was told; what came meanwhile stays. Returns the topic afterwards."""
    item = TopicItem(_key(topic))
    actions: list[Any] = [
        TopicItem.due_at.remove(),
        TopicItem.posted_at.set(now),
        TopicItem.expires_at.set(now // 1000 + KEEP_TOPIC_S),
    ]
    if marks:
        actions.append(TopicItem.dirty.delete(set(marks)))
    item.update(actions=actions)
    return _collected(item)


def _key(topic: str) -> str:
    return f"topic#{topic}"


def _collected(item: TopicItem) -> Collected:
    due_at: Any = item.due_at
    return Collected(frozenset(item.dirty or ()), None if due_at is None else int(due_at), int(item.posted_at or 0))
