"""Both stores keep the contract: the one in memory, and DynamoDB's (here on moto, single-threaded)."""

from typing import Any

import pytest

from chalicelib.acd.dynamo import DynamoStore
from chalicelib.acd.memory import MemoryStore
from chalicelib.acd.model.call import Call
from chalicelib.acd.ports import Commit, Store
from chalicelib.acd.tables import CallItem
from chalicelib.kernel.records import Lost
from tests.unit.acd.kit import NOON
from tests.unit.acd.store_contract import StoreContract, key, stored_call

__all__ = ["key"]


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()


class TestDynamoStore(StoreContract):
    @pytest.fixture
    def store(self, tables: Any) -> Store:
        del tables
        return DynamoStore()

    def test_put_whose_answer_was_lost_is_not_taken_for_somebody_elses(
        self, store: Store, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save = CallItem.save

        def repeated(item: CallItem, **fields: Any) -> None:
            save(item, **fields)
            save(item, **fields)

        monkeypatch.setattr(CallItem, "save", repeated)
        assert stored_call(store, key).version == 1
        with pytest.raises(Lost):
            store.commit(Commit(calls=[Call(call_id=key, touched_at=NOON + 1)]))
