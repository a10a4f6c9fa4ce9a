"""A certificate's number never carries an identity number in clear (X11)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.security.identifiers import hide_ids
from models.duty.gate import clock_in
from models.duty.records import ClockIn
from models.training.records import Certificate
from tests.support.clock_in_plant import NUMBERS, Plant


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("T330102199003070019", "T3****************9"),
        ("证T11010519491231002x号", "证T1****************X号"),
        ("T330102199003070011", "T330102199003070011"),
        ("9330102199003070019", "9330102199003070019"),
        ("TS6J33202600123", "TS6J33202600123"),
        ("", ""),
    ],
)
def test_only_identity_numbers_are_hidden(text: str, shown: str) -> None:
    assert hide_ids(text) == shown


def test_neither_the_row_nor_the_clock_in_nor_its_evidence_has_it(plant: Plant, database: Any) -> None:
    number = f"T{NUMBERS[0]}"
    Certificate.update(number=number).execute()
    in_transaction(clock_in, [plant.scan(0, plant.equipment(plant.units[0]))])
    for table in ("certificate", "clock_in", "outbox", "change_log"):
        text = repr(database.execute_sql(f"SELECT * FROM {table}").fetchall())
        assert NUMBERS[0] not in text, table
    assert ClockIn.get().certificate_number == "T3****************9"
    assert Certificate.get(Certificate.number == number).number == "T3****************9", "and is found by it"
