"""Whether the first report of an accident asks for answers: while it is open, and not any more (G02)."""

from __future__ import annotations

import pytest

from models.accidents.records import Accident
from models.core.db.connection import in_transaction
from models.messages.escalation.records import Chain, Preset
from models.messages.tellers import telling_of
from tests.models.accidents.conftest import Scene

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(("state", "asks"), [("open", True), ("closed", False)])
def test_only_of_an_open_accident_answers_are_asked_for(scene: Scene, state: str, asks: bool) -> None:
    chain = Chain.create(company=scene.unit, name="升级", stop_when="each")
    Preset.create(company=scene.unit, name="一律", level="any", ways=["card"], everyone=True, chain=chain)
    accident = scene.report()
    Accident.update(state=state).where(Accident.id == accident.id).execute()
    (row,) = scene.news("accident.reported")
    told = in_transaction(telling_of, row)
    assert told is not None and told.persons, "told either way"
    assert (told.needs_answer, told.chain_id) == (asks, chain.id if asks else None)
