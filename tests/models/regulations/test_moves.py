"""Every move of an edition from every state, with and without the right (B03)."""

from __future__ import annotations

import pytest

from models.core.errors import Conflict, Forbidden
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.regulations.records import Document
from tests.models.regulations.conftest import Library

TABLE = Document.transitions
STATES = [choice.value for choice in Document.standing.options]


@pytest.mark.one_engine
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", [item.name for item in TABLE.items])
def test_every_move_from_every_state(library: Library, name: str, state: str) -> None:
    change, row = TABLE.named(name), library.draft()
    Document.update(standing=state).where(Document.id == row.id).execute()
    row = Document.get_by_id(row.id)
    with pytest.raises(Forbidden):
        row.move(name, Actor(account_id=1, name="路人", company_id=library.unit.id, rights={}))
    may = Actor(
        account_id=1, name="经办", company_id=library.unit.id, rights={str(change.right): Scope.COMPANY}
    )
    if state in change.start:
        row.move(name, may)
        assert Document.get_by_id(row.id).standing == change.to
        return
    with pytest.raises(Conflict):
        row.move(name, may)
    assert Document.get_by_id(row.id).standing == state
