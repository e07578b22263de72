"""How the figures of nodes are stored: a counter for each node, day and shard, and a note for each call counted.

A busy flow is one flow: its counters are spread over SHARDS partitions, so that functions that count at the same moment
seldom want the same item.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zlib import crc32

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.ivr.heat import Counted, Tally, Walk
from chalicelib.kernel.records import table_meta, transact

SHARDS = 8
NOTED_S = 30 * 86_400
"""A call is known as counted for so long."""
KEPT_S = 400 * 86_400
KEY_NAMES = {**{digit: f"key_{digit}" for digit in "0123456789"}, "*": "key_star", "#": "key_hash"}
COUNTS = ("visits", "timeouts", "invalid", "hang_ups", *KEY_NAMES.values())


class HeatItem(Model):
    """A row of flow_heat: `<flow>#<version>#<shard>`, `<day>#<node>`, or of a counted call `call#<id>`, `counted`.

    expires_at: seconds.
    """

    Meta = table_meta("flow_heat")
    part = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute(null=True)
    visits = NumberAttribute(null=True)
    timeouts = NumberAttribute(null=True)
    invalid = NumberAttribute(null=True)
    hang_ups = NumberAttribute(null=True)
    key_0 = NumberAttribute(null=True)
    key_1 = NumberAttribute(null=True)
    key_2 = NumberAttribute(null=True)
    key_3 = NumberAttribute(null=True)
    key_4 = NumberAttribute(null=True)
    key_5 = NumberAttribute(null=True)
    key_6 = NumberAttribute(null=True)
    key_7 = NumberAttribute(null=True)
    key_8 = NumberAttribute(null=True)
    key_9 = NumberAttribute(null=True)
    key_star = NumberAttribute(null=True)
    key_hash = NumberAttribute(null=True)


def counted(call_ids: Sequence[str]) -> set[str]:
    """Return those of the calls that are counted."""
    keys = [(f"call#{id}", "counted") for id in call_ids]
    found: Iterable[Any] = HeatItem.batch_get(keys, consistent_read=True)
    return {str(item.part).removeprefix("call#") for item in found}


def count(walks: Sequence[Walk], added: Mapping[Counted, Tally], now_s: int) -> None:
    """Note calls as counted and add to the figures, all or nothing. Errors: Lost when one is counted already."""
    shard = crc32(walks[0].call_id.encode()) % SHARDS

    def build(transaction: TransactWrite) -> None:
        for walk in walks:
            note = HeatItem(f"call#{walk.call_id}", "counted", expires_at=now_s + NOTED_S)
            transaction.save(note, condition=HeatItem.part.does_not_exist())
        for (place, day), tally in added.items():
            item = HeatItem(f"{place.flow_id}#{place.version}#{shard}", f"{day.isoformat()}#{place.node}")
            transaction.update(item, actions=_additions(tally, now_s))

    transact(build)


def read(flow_id: str, version: int, first: date, last: date) -> Iterator[tuple[str, Tally]]:
    """Yield (node, what a shard counted of it on a day) for the days from first to last."""
    for shard in range(SHARDS):
        part = f"{flow_id}#{version}#{shard}"
        days = HeatItem.sort.between(f"{first.isoformat()}#", f"{last.isoformat()}#~")
        for item in HeatItem.query(part, days):
            yield item.sort.split("#", 1)[1], _tally(item)


def _additions(tally: Tally, now_s: int) -> list[Action]:
    amounts = {
        "visits": tally.visits, "timeouts": tally.timeouts, "invalid": tally.invalid, "hang_ups": tally.hang_ups,
        **{KEY_NAMES[key]: times for key, times in tally.keys.items()},
    }  # fmt: skip
    attributes = HeatItem.get_attributes()
    added: list[Action] = [attributes[name].add(amount) for name, amount in amounts.items() if amount]
    return [*added, HeatItem.expires_at.set(now_s + KEPT_S)]


def _tally(item: HeatItem) -> Tally:
    held = {name: int(getattr(item, name) or 0) for name in COUNTS}
    return Tally(
        visits=held["visits"], timeouts=held["timeouts"], invalid=held["invalid"], hang_ups=held["hang_ups"],
        keys={key: held[name] for key, name in KEY_NAMES.items() if held[name]},
    )  # fmt: skip
