"""How many rows of a ledger, as a sentence of the console says it."""

from __future__ import annotations

import pytest

from models.core.ledger.declaration import Ledger
from models.equipment.ledgers import EQUIPMENT
from models.personnel.ledgers import PERSONS


@pytest.mark.parametrize(("ledger", "words"), [(EQUIPMENT, "2 台设备"), (PERSONS, "2 人")])
def test_nothing_is_said_twice(ledger: Ledger, words: str) -> None:
    assert ledger.counted(2) == words
