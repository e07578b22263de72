"""Both stores keep the contract: the one in memory, and DynamoDB's (here on moto, single-threaded)."""

from typing import Any

import pytest

from chalicelib.acd.memory import MemoryStore
from chalicelib.acd.ports import Store
from chalicelib.acd.tables import DynamoStore
from tests.unit.acd.store_contract import StoreContract, key

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
