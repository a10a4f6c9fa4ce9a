"""Whether the first report of an accident asks for answers: while it is open, and not any more (G02)."""

from __future__ import annotations

import pytest

from models.accidents.records import Accident
from models.messages.records import Message, Notice
from tests.models.accidents.alarm.test_calls import tell
from tests.models.accidents.conftest import Scene

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(("state", "asks"), [("open", True), ("closed", False)])
def test_only_of_an_open_accident_answers_are_asked_for(scene: Scene, state: str, asks: bool) -> None:
    accident = scene.report()
    Accident.update(state=state).where(Accident.id == accident.id).execute()
    tell()
    message = Message.get(Message.kind == "accident.reported")
    assert message.needs_answer is asks
    assert Notice.select().where(Notice.message == message.id).exists(), "told either way"
