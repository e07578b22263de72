"""The ACD's store on the real emulator keeps the same contract as in memory; and one writer of many wins."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from chalicelib.acd.model.call import Call
from chalicelib.acd.ports import Commit, Store
from chalicelib.kernel.records import Lost
from infrastructure.local.settings import Settings
from tests.bench.environment import on_emulator
from tests.unit.acd.kit import NOON, waiting
from tests.unit.acd.store_contract import StoreContract, key, stored_call

__all__ = ["key"]

WRITERS = 16


class TestStoreOnEmulator(StoreContract):
    @pytest.fixture
    def store(self, stack: Settings) -> Iterator[Store]:
        from chalicelib.acd.dynamo import DynamoStore

        with on_emulator(stack.aws_environment()):
            yield DynamoStore()

    def test_one_of_many_writers_wins(self, store: Store, key: str) -> None:
        call = stored_call(store, key)
        store.commit(Commit(added=[waiting(key, "1")]))

        def write(number: int) -> bool:
            changed: Call = replace(call, step=number, touched_at=NOON + number)
            try:
                store.commit(Commit(calls=[changed], removed=[waiting(key, "1")]))
            except Lost:
                return False
            return True

        with ThreadPoolExecutor(WRITERS) as pool:
            won = list(pool.map(write, range(WRITERS)))
        assert won.count(True) == 1
        assert store.calls([key])[key].step == won.index(True)
        assert store.waiting(key, 9) == []

    def test_one_of_many_single_puts_wins(self, store: Store, key: str) -> None:
        call = stored_call(store, key)

        def write(number: int) -> bool:
            try:
                store.commit(Commit(calls=[replace(call, step=number + 1)]))
            except Lost:
                return False
            return True

        with ThreadPoolExecutor(WRITERS) as pool:
            won = list(pool.map(write, range(WRITERS)))
        assert won.count(True) == 1
        assert store.calls([key])[key].step == won.index(True) + 1
