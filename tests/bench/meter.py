"""What a process asks of AWS, counted where botocore carries it out; units by DynamoDB's published rules.

Rules (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html, read 2026-11-22): a
write costs one unit per started KB of the larger of the old and the new item, in a transaction two; a consistent read
one unit per started 4 KB, an eventually consistent one half of it, a query by the sum of what it read, at least one
step; a failed condition costs as much as the write. An index entry that changes its key is a deletion and a put.
"""

import math
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

Json = dict[str, Any]
Operations = Callable[[Any, str, Json], Any]


@dataclass(frozen=True)
class Request:
    """One request. units: (read, write) capacity units, of DynamoDB alone. reported: what the service said itself."""

    service: str
    operation: str
    table: str
    read: float = 0.0
    write: float = 0.0
    items: int = 0
    reported: float = 0.0
    params: Json = field(default_factory=dict[str, Any])


@dataclass
class Meter:
    """The requests of a stretch of work, in order."""

    requests: list[Request] = field(default_factory=list[Request])
    sizes: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    index_keys: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    lock: Any = field(default_factory=threading.Lock)
    listener: Callable[[str, Json], None] | None = None
    """Told of each request to DynamoDB that succeeded."""

    @property
    def read(self) -> float:
        """Return the read units."""
        return sum(request.read for request in self.requests)

    @property
    def write(self) -> float:
        """Return the write units."""
        return sum(request.write for request in self.requests)

    def count(self, service: str) -> int:
        """Return how many requests a service got."""
        return sum(request.service == service for request in self.requests)

    def kinds(self) -> Counter[str]:
        """Return how many requests there were of each kind."""
        return Counter(f"{request.service}.{request.operation}" for request in self.requests)

    def note(self, service: str, operation: str, params: Json, answer: Json) -> None:
        """Count one request."""
        with self.lock:
            if service == "dynamodb":
                self.requests.append(self._dynamodb(operation, params, answer))
            else:
                self.requests.append(Request(service, operation, "", params=params))

    # --- DynamoDB's arithmetic

    def _dynamodb(self, operation: str, params: Json, answer: Json) -> Request:
        read, write, items = _COUNTERS.get(operation, _nothing)(self, params, answer)
        reported = _reported(answer)
        return Request("dynamodb", operation, params.get("TableName", ""), read, write, items, reported)

    def _seen(self, table: str, item: Json) -> int:
        size = item_size(item)
        self.sizes[table, _key(table, item)] = size
        self.index_keys[table, _key(table, item)] = _index_key(item)
        return size

    def _get(self, params: Json, answer: Json) -> tuple[float, float, int]:
        size = self._seen(params["TableName"], answer["Item"]) if "Item" in answer else 0
        return read_units(size, consistent=params.get("ConsistentRead", False)), 0.0, 1

    def _query(self, params: Json, answer: Json) -> tuple[float, float, int]:
        found = answer.get("Items", [])
        if "IndexName" not in params:
            sizes = [self._seen(params["TableName"], item) for item in found]
        else:
            sizes = [item_size(item) for item in found]
        return read_units(sum(sizes), consistent=params.get("ConsistentRead", False)), 0.0, len(found)

    def _batch_get(self, params: Json, answer: Json) -> tuple[float, float, int]:
        units, items = 0.0, 0
        for table, asked in params["RequestItems"].items():
            found = answer.get("Responses", {}).get(table, [])
            missing = len(asked["Keys"]) - len(found)
            sizes = [self._seen(table, item) for item in found] + [0] * missing
            units += sum(read_units(size, consistent=asked.get("ConsistentRead", False)) for size in sizes)
            items += len(sizes)
        return units, 0.0, items

    def _put(self, params: Json, answer: Json) -> tuple[float, float, int]:
        del answer
        return 0.0, self._written(params["TableName"], params["Item"], 1), 1

    def _delete(self, params: Json, answer: Json) -> tuple[float, float, int]:
        del answer
        return 0.0, self._deleted(params["TableName"], params["Key"], 1), 1

    def _update(self, params: Json, answer: Json) -> tuple[float, float, int]:
        table, key = params["TableName"], _key(params["TableName"], params["Key"])
        size = max(self.sizes.get((table, key), 200), item_size(answer.get("Attributes", {})))
        return 0.0, write_units(size), 1

    def _batch_write(self, params: Json, answer: Json) -> tuple[float, float, int]:
        del answer
        units, items = 0.0, 0
        for table, asked in params["RequestItems"].items():
            for one in asked:
                if "PutRequest" in one:
                    units += self._written(table, one["PutRequest"]["Item"], 1)
                else:
                    units += self._deleted(table, one["DeleteRequest"]["Key"], 1)
                items += 1
        return 0.0, units, items

    def _transact(self, params: Json, answer: Json) -> tuple[float, float, int]:
        del answer
        units = 0.0
        for one in params["TransactItems"]:
            ((kind, action),) = one.items()
            if kind == "Put":
                units += self._written(action["TableName"], action["Item"], 2)
            else:
                units += self._deleted(action["TableName"], action["Key"], 2)
        return 0.0, units, len(params["TransactItems"])

    def _written(self, table: str, item: Json, times: int) -> float:
        key = _key(table, item)
        size = max(self.sizes.get((table, key), 0), item_size(item))
        before, after = self.index_keys.get((table, key)), _index_key(item)
        index = ((before is not None) + (after is not None)) if before != after else 0
        self.sizes[table, key], self.index_keys[table, key] = item_size(item), after
        return write_units(size) * times + index

    def _deleted(self, table: str, given: Json, times: int) -> float:
        key = _key(table, given)
        size = self.sizes.pop((table, key), item_size(given))
        index = self.index_keys.pop((table, key), None) is not None
        return write_units(size) * times + index


def _nothing(meter: Meter, params: Json, answer: Json) -> tuple[float, float, int]:
    del meter, params, answer
    return 0.0, 0.0, 0


_COUNTERS: dict[str, Callable[[Meter, Json, Json], tuple[float, float, int]]] = {
    "GetItem": Meter._get,
    "Query": Meter._query,
    "BatchGetItem": Meter._batch_get,
    "PutItem": Meter._put,
    "DeleteItem": Meter._delete,
    "UpdateItem": Meter._update,
    "BatchWriteItem": Meter._batch_write,
    "TransactWriteItems": Meter._transact,
}


def write_units(size: int) -> float:
    """Return the units of a write of so many bytes."""
    return float(max(1, math.ceil(size / 1024)))


def read_units(size: int, *, consistent: bool) -> float:
    """Return the units of a read of so many bytes."""
    return max(1, math.ceil(size / 4096)) * (1.0 if consistent else 0.5)


def item_size(item: Json) -> int:
    """Return an item's size in bytes: names and values in UTF-8, numbers about half their digits, 3 per container."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Json) -> int:
    ((kind, held),) = value.items()
    if kind == "S":
        return len(held.encode())
    if kind == "N":
        return len(str(held).strip("-0.").replace(".", "")) // 2 + 2
    if kind == "M":
        return 3 + sum(len(name.encode()) + _value_size(part) + 1 for name, part in held.items())
    if kind == "L":
        return 3 + sum(_value_size(part) + 1 for part in held)
    if kind in ("SS", "NS", "BS"):
        return 3 + sum(len(str(part)) for part in held)
    return 1 if kind in ("NULL", "BOOL") else len(held)


KEYS: dict[str, tuple[str, ...]] = {}
"""Names of each table's key attributes; filled by `learn_keys`."""


def learn_keys(definitions: list[Json]) -> None:
    """Learn the tables' keys from their definitions."""
    for definition in definitions:
        KEYS[definition["TableName"]] = tuple(part["AttributeName"] for part in definition["KeySchema"])


def _key(table: str, item: Json) -> str:
    return "|".join(str(item.get(name)) for name in KEYS.get(table, ())) or str(sorted(item.items()))


def _index_key(item: Json) -> Any:
    return str(item["due_at"]) if "due_at" in item and "due_shard" in item else None


def _reported(answer: Json) -> float:
    said = answer.get("ConsumedCapacity") or []
    return sum(float(one.get("CapacityUnits", 0)) for one in (said if isinstance(said, list) else [said]))


@contextmanager
def metering(answer_instead: Operations | None = None) -> Generator[Meter]:
    """Count every request of this process. answer_instead: returns an answer for requests that are not to be made."""
    meter = Meter()
    original: Any = BaseClient._make_api_call

    def call(client: Any, operation: str, params: Json) -> Any:
        service = client.meta.service_model.service_name
        given = answer_instead(client, operation, params) if answer_instead else None
        try:
            answer = original(client, operation, params) if given is None else given
        except Exception as error:
            meter.note(service, operation, params, getattr(error, "response", None) or {})
            raise
        meter.note(service, operation, params, answer)
        if meter.listener and service == "dynamodb":
            meter.listener(operation, params)
        return answer

    with patch.object(BaseClient, "_make_api_call", call):
        yield meter
