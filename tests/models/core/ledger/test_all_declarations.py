"""What holds for every ledger that is declared, without a row of it (X21)."""

from __future__ import annotations

import pytest

from models.core.ledger import Ledger, all_ledgers
from models.core.ledger.reading.references import ledger_of, links_of
from models.core.ledger.reading.rows import shown_names


@pytest.mark.parametrize("ledger", all_ledgers(), ids=lambda ledger: ledger.name)
def test_nothing_is_shown_as_a_bare_number(ledger: Ledger) -> None:
    """What a row points at is listed somewhere, and so has a name; what is not is the machinery's alone (X21)."""
    links = links_of(ledger.record)
    shown = [links[name] for name in shown_names(ledger, detail=True) if name in links]
    assert [link.title for link in shown if ledger_of(link.rel_model, link.to) is None] == []


def test_what_a_form_warns_of_a_sheet_warns_of_too() -> None:
    for ledger in all_ledgers():
        if ledger.importing is not None and any(item.warns for item in ledger.derived):
            assert ledger.importing.remarks is not None, ledger.name


def test_a_row_opened_shows_no_secret_that_is_worked_out_and_nothing_that_only_filters() -> None:
    hidden = 0
    for ledger in all_ledgers():
        kept = {item.name for item in ledger.derived if item.kind == "secret" or not item.shown}
        hidden += len(kept)
        assert not kept & set(shown_names(ledger, detail=True)), ledger.name
    assert hidden
