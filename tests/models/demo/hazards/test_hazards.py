"""The demo's hazards: in every state, through the real rules, with photos; the past is told to nobody (E07, E09)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models import demo
from models.core import clock as house_clock
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.core.events.outbox import WAITING, Outbox
from models.core.files import photos
from models.demo.hazards.pictures import SCENES, picture
from models.grid.records import GridNode
from models.hazards.records import Extension, Hazard
from models.hazards.report.open_hazard import LEDGER
from models.objectives.records import PointRule
from models.regulations.records import Document
from models.tasks.records import CaseEvent, CaseStep
from tests.support.prepared_rows import lay_standards


@pytest.fixture
def planted(database: Any, clock: Any, tmp_path: Path) -> Iterator[int]:
    before = config()
    configure(replace(before, data_dir=tmp_path))
    clock.set(2026, 11, 25, 17, 0)
    lay_standards()
    in_transaction(demo.plant)
    yield in_transaction(demo.plant_hazards)
    configure(before)


def test_hazards_of_two_months_in_every_state(planted: int) -> None:
    now = house_clock.now()
    assert planted == Hazard.select().count() == 40
    assert Counter(row.state for row in Hazard.select()) == {
        "closed": 18, "rectifying": 6, "reported": 5, "rejected": 4, "planning": 3, "reviewing": 3, "withdrawn": 1,
    }  # fmt: skip
    rows = list(Hazard.select().order_by(Hazard.id))
    assert [row.reported_at for row in rows] == sorted(row.reported_at for row in rows)
    assert (now - rows[0].reported_at).days > 40
    assert all(row.reported_at <= now for row in rows)
    assert sum(row.state == "rectifying" and row.due_at < now for row in rows) == 2
    (major,) = [row for row in rows if row.level == "major"]
    assert major.criterion_id and major.duty_note and major.funds and major.plan_note
    assert {row.state for row in Extension.select()} == {"asked"}
    assert {row.company_id for row in rows} == {row.company_id for row in GridNode.select()}
    assert Counter(row.what for row in PointRule.select()) == {
        "hazard.confirmed": 2, "hazard.major": 2, "hazard.rectified": 2,
    }  # fmt: skip


def test_each_has_its_photos_and_its_history(planted: int) -> None:
    for row in Hazard.select():
        stages = Counter(item.stage for item in photos.of(LEDGER, [row.id]))
        after = row.state in ("reviewing", "closed")
        assert stages == ({"before": 1, "after": 1} if after else {"before": 1})
        told = list(
            CaseEvent.select().where(CaseEvent.subject_kind == "hazard", CaseEvent.subject_id == row.id)
        )
        assert told[0].act == "started"
        assert all(event.at <= house_clock.now() for event in told)
    assert not CaseStep.select().where(CaseStep.stranded).exists()


def test_the_past_is_told_to_nobody_but_counted(planted: int) -> None:
    waiting = Counter(row.kind for row in Outbox.select().where(Outbox.state == WAITING))
    assert {kind for kind in waiting if not kind.startswith("binding.")} == {
        "hazard.confirmed",
        "hazard.closed",
    }
    assert waiting["hazard.closed"] == 18


def test_planted_once_and_the_clock_goes_on(planted: int) -> None:
    before = house_clock.now()
    assert in_transaction(demo.plant_hazards) == 0
    assert (Hazard.select().count(), house_clock.now()) == (40, before)


@pytest.mark.parametrize("scene", SCENES)
def test_pictures_show_before_and_after(scene: str) -> None:
    before, after = picture(scene), picture(scene, fixed=True)
    assert before != after
    for content in (before, after):
        assert Image.open(BytesIO(content)).size == (640, 480)
        assert len(content) < 60_000


def test_a_demo_that_somebody_has_changed_is_started_as_it_is(
    database: Any, clock: Any, tmp_path: Path
) -> None:
    """Data of an older release, or edited since, may lack who newer stories are about: that part alone is left out."""
    from models.organization.records import Person

    before = config()
    configure(replace(before, data_dir=tmp_path))
    clock.set(2026, 11, 25, 17, 0)
    lay_standards()
    in_transaction(demo.plant)
    Person.update(name="顾某").where(Person.name == "顾行远").execute()
    assert demo.bring_along("http://127.0.0.1:1") == ["网格和隐患", "制度文件"]
    assert not GridNode.select().exists() and not Document.select().exists(), "not half of it"
    configure(before)
