"""What happened, from the tables' streams and the final items alone: no code of the product is asked."""

import itertools
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from infrastructure.local import deploy
from infrastructure.local.settings import APP, STAGE, Settings

Json = dict[str, Any]
LIVE = {"made", "dialling", "ringing"}
PLAIN = TypeDeserializer()


def plain(item: Json) -> Json:
    """Return an item without DynamoDB's types."""
    return {name: PLAIN.deserialize(value) for name, value in item.items()}


class Streams:
    """Reads the streams of calls and agents: keeps every image, and passes each record on, as AWS does to functions."""

    def __init__(self, settings: Settings, pass_on: dict[str, Callable[[Json], object]]) -> None:
        self.images: dict[str, dict[str, list[Json]]] = {name: defaultdict(list) for name in pass_on}
        self.pass_on = pass_on
        self._client = deploy.client(settings, "dynamodbstreams")
        self._iterators = {name: self._start(name) for name in pass_on}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Read what is left and stop."""
        self._stop.set()
        self._thread.join(60)
        while self._poll():
            pass

    def _start(self, name: str) -> str:
        (stream,) = self._client.list_streams(TableName=f"{APP}-{STAGE}-{name}")["Streams"]
        described = self._client.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
        return self._client.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=described["Shards"][0]["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def _loop(self) -> None:
        while not self._stop.is_set():
            if not self._poll():
                self._stop.wait(0.2)

    def _poll(self) -> int:
        found = 0
        for name, iterator in self._iterators.items():
            answer = self._client.get_records(ShardIterator=iterator, Limit=100)
            self._iterators[name] = answer["NextShardIterator"]
            records = answer["Records"]
            found += len(records)
            for record in records:
                image = plain(record["dynamodb"].get("NewImage", {}))
                if image:
                    self.images[name][str(image.get("call_id") or image.get("agent_id"))].append(image)
            if records:
                self.pass_on[name]({"Records": records})
        return found


def scan(settings: Settings, table: str) -> list[Json]:
    """Return every item of a table."""
    pages = (
        deploy.client(settings, "dynamodb")
        .get_paginator("scan")
        .paginate(TableName=f"{APP}-{STAGE}-{table}", ConsistentRead=True)
    )
    return [plain(item) for page in pages for item in page["Items"]]


def double_assignments(images: dict[str, dict[str, list[Json]]]) -> list[str]:
    """Return each moment at which a call was with two agents, or an agent with two calls, or only one side knew."""
    found: list[str] = []
    offered: dict[str, tuple[str, str]] = {}
    for call_id, history in images["calls"].items():
        for image in history:
            data = image["data"]
            for offer in data["offers"]:
                offered[offer["offer_id"]] = (call_id, offer["agent_id"])
            if len(_with(data)) > 1:
                found.append(f"call {call_id} version {image['version']} is with {_with(data)}")
    for agent_id, history in images["agents"].items():
        found += _of_agent(agent_id, history, offered)
    return found + _both_at_once(images["calls"])


def _with(call: Json) -> list[str]:
    """Return the agents whom a call is offered to or connected with."""
    legs = {leg["offer_id"]: leg for leg in call["legs"]}
    return [
        offer["agent_id"]
        for offer in call["offers"]
        if offer["state"] in LIVE
        or (offer["state"] == "accepted" and legs[offer["offer_id"]]["state"] in ("joined", "held"))
    ]


def _of_agent(agent_id: str, history: list[Json], offered: dict[str, tuple[str, str]]) -> list[str]:
    """Every reservation must be known to its call, and lead out of ready."""
    found: list[str] = []
    for image in history:
        data = image["data"]
        for change in data["changes"]:
            if change["to"] == "reserved" and change["from"] not in ("ready", "not_ready"):
                found.append(f"agent {agent_id} was reserved while {change['from']}")
            if change["to"] == "reserved" and offered.get(data["offer_id"]) != (data["call_id"], agent_id):
                found.append(f"agent {agent_id} holds {data['offer_id']}, which is {offered.get(data['offer_id'])}")
    return found


def _both_at_once(calls: dict[str, list[Json]]) -> list[str]:
    """By the calls alone: the stretches in which each agent had offers or legs must not overlap."""
    stretches: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for call_id, history in calls.items():
        offers = {offer["offer_id"]: offer for image in history for offer in image["data"]["offers"]}
        legs = {leg["offer_id"]: leg for image in history for leg in image["data"]["legs"] if leg["offer_id"]}
        for id, offer in offers.items():
            over = offer["ended_at"] if offer["state"] != "accepted" else legs[id]["left_at"]
            stretches[offer["agent_id"]].append((int(offer["made_at"]), int(over or 2**62), call_id))
    found: list[str] = []
    for agent_id, held in stretches.items():
        held.sort()
        for (_, end, one), (start, _, other) in itertools.pairwise(held):
            if start < end:
                found.append(f"agent {agent_id} had {one} and {other} at once")
    return found


def gaps(images: dict[str, dict[str, list[Json]]]) -> int:
    """Return how many versions the streams did not tell (0, or the audit is worth nothing)."""
    missing = 0
    for histories in images.values():
        for history in histories.values():
            versions = {int(image["version"]) for image in history}
            missing += max(versions) - len(versions)
    return missing


def ended_more_than_once(images: dict[str, list[Json]]) -> list[str]:
    """Return the calls whose end was recorded not exactly once."""
    ends: dict[str, set[str]] = defaultdict(set)
    for call_id, history in images.items():
        for image in history:
            ends[call_id] |= {one["event_id"] for one in image["data"]["changes"] if one["to"] == "ended"}
    return [call_id for call_id, found in ends.items() if len(found) != 1]
