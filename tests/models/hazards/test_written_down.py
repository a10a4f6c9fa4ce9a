"""Hazards that are written down and corrected by hand, and which pictures stand for one (E09)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid
from models.core.files import photos
from models.core.files.attachments import Attachment
from models.hazards.display.on_cards import hazards_shown
from models.hazards.records import Hazard
from models.hazards.report import manual
from models.hazards.report.open_hazard import LEDGER
from tests.models.hazards.grid_company import Land


def write(land: Land, door: str = "console", **values: Any) -> Hazard:
    actor = replace(land.actor("工"), door=door)
    made: Hazard = in_transaction(manual.create, actor, {"what": "电缆裸露", **values})
    return Hazard.get_by_id(made.id)


@pytest.mark.parametrize(
    ("door", "said", "origin"),
    [
        ("console", None, "manual"),
        ("console", "manual", "manual"),
        ("console", "inspection", "inspection"),
        ("console", "snap", "manual"),
        ("import", None, "import"),
        ("import", "inspection", "import"),
    ],
)
def test_where_it_comes_from(land: Land, door: str, said: str | None, origin: str) -> None:
    assert write(land, door, **({} if said is None else {"origin": said})).origin == origin


def test_what_it_is_and_when_it_was_found(land: Land) -> None:
    assert write(land, found_at=now()).found_at == now()
    for values, field in (({"found_at": now() + timedelta(seconds=1)}, "found_at"), ({"what": ""}, "what")):
        with pytest.raises(Invalid) as caught:
            write(land, **values)
        assert set(caught.value.fields) == {field}
    assert write(land, grid=land.nodes["泵房"].id).grid_id == land.nodes["泵房"].id
    assert write(land).grid_id == land.nodes["一厂"].id, "where one works"


def correct(land: Land, hazard: Hazard, **values: Any) -> Hazard:
    in_transaction(manual.edit, land.actor("管", "console"), Hazard.get_by_id(hazard.id), values)
    return Hazard.get_by_id(hazard.id)


def test_another_place_brings_its_site_and_one_without_leaves_it(land: Land) -> None:
    land.join("管", land.company, "safety_officer")
    first, second = land.sites
    hazard = land.snap()
    assert hazard.site_id == first.id
    assert correct(land, hazard, grid=land.nodes["公司"].id).site_id == first.id
    assert correct(land, hazard, grid=land.nodes["泵房"].id).site_id == second.id
    for values, field in (({"grid": None}, "grid"), ({"what": ""}, "what"), ({"lng": 120.1}, "lat")):
        with pytest.raises(Invalid) as caught:
            correct(land, hazard, **values)
        assert field in caught.value.fields
    before = Hazard.get_by_id(hazard.id).version
    assert correct(land, hazard, what="电缆裸露", grid=land.nodes["泵房"].id).version == before, (
        "nothing is new"
    )


@pytest.mark.parametrize(
    ("state", "place", "words"),
    [
        ("reported", True, True),
        ("planning", False, True),
        ("reviewing", False, True),
        ("closed", False, False),
    ],
)
def test_until_when_words_and_place_may_be_corrected(
    land: Land, state: str, place: bool, words: bool
) -> None:
    land.join("管", land.company, "safety_officer")
    hazard = land.snap()
    Hazard.update(state=state).where(Hazard.id == hazard.id).execute()
    for values, may in (({"what": "电缆破皮"}, words), ({"grid": land.nodes["泵房"].id}, place)):
        if may:
            correct(land, hazard, **values)
        else:
            with pytest.raises((Invalid, Conflict)):
                correct(land, hazard, **values)


def test_the_pictures_of_a_hazard_are_those_before_it_was_closed(land: Land) -> None:
    kept = [int(land.photo("工", (red, 0, 0))) for red in (0, 80, 160, 240)]
    hazard = land.snap(photos=[str(each) for each in kept])

    def shown(*stages: str) -> tuple[list[str], int | None, int | None]:
        for each, stage in zip(kept, stages, strict=True):
            Attachment.update(stage=stage).where(Attachment.id == each).execute()
        (found,) = hazards_shown([Hazard.get_by_id(hazard.id)])
        return [picture.name for picture in found.pictures], found.picture_id, found.before_id

    assert shown("before", "before", "later", "later") == (["现场", "现场"], kept[0], None)
    assert shown("before", photos.AFTER, "later", photos.RETURNED) == (
        ["整改前", "整改后", "上次整改后"], kept[1], kept[0],
    )  # fmt: skip
    assert shown(photos.AFTER, photos.RETURNED, "later", "later") == (["整改后", "上次整改后"], kept[0], None)
    assert shown("later", "later", "later", "later") == ([], None, None)
    assert len(photos.of(LEDGER, [hazard.id])) == 4
