"""A file may be named by several rows and is kept once; signatures go when no row names them."""

from __future__ import annotations

import io
import os
import time
from typing import Any

import pytest
from PIL import Image

from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.core.files import attachments, signatures, stored
from models.core.files.attachments import LATER, Attachment
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
EQUIPMENT = small_ledgers.EQUIPMENT


def picture(shade: int = 0) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 3), (shade, 30, 30)).save(target, "PNG")
    return target.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"


def names(row: Any, ledger: str = "equipment") -> list[str]:
    rows = Attachment.select().where(Attachment.ledger == ledger, Attachment.row_id == row.id)
    return [each.name for each in rows.order_by(Attachment.id)]


def test_a_row_that_is_copied_names_the_same_files_but_what_was_added_later(world: Any) -> None:
    one, other = small_ledgers.equipment(world.a), small_ledgers.equipment(world.a)
    for name, content in (("图.png", picture()), ("表.pdf", PDF), ("补充.png", picture(9))):
        attachments.add(world.in_a, EQUIPMENT, one.id, name, content)
    Attachment.update(stage=LATER).where(Attachment.name == "补充.png").execute()
    Attachment.update(ledger="persons").where(Attachment.name == "别的").execute()
    assert attachments.copy(EQUIPMENT, one.id, other.id) == 2
    assert names(other) == ["图.png", "表.pdf"] and len(names(one)) == 3
    kept = Attachment.get(Attachment.row_id == other.id, Attachment.name == "图.png").path
    in_transaction(attachments.forget, EQUIPMENT, one.id)
    assert stored.exists(stored.FILES, kept) and names(one) == []
    in_transaction(attachments.forget, EQUIPMENT, other.id)
    assert not stored.exists(stored.FILES, kept)
    assert attachments.copy(EQUIPMENT, one.id, other.id) == 0


def test_photos_are_shown_to_others_without_who_took_them(world: Any, clock: Any) -> None:
    row, shown = small_ledgers.equipment(world.a), small_ledgers.person(world.a)
    for name, content in (("现场.PNG", picture()), ("表.pdf", PDF), ("后门.png", picture(9))):
        attachments.add(world.in_a, EQUIPMENT, row.id, name, content)
    Attachment.update(taken_at="2026-11-22 07:00:00", place="x").execute()
    clock.forward(hours=1)
    assert attachments.publish("equipment", row.id, ("persons", shown.id), nameless=True) == 2
    assert names(shown, "persons") == ["照片1.PNG", "照片2.png"]
    told = Attachment.get(Attachment.ledger == "persons")
    assert (told.account_id, told.account_name, told.taken_at, told.place) == (None, "", None, None)
    assert told.at == clock.moment
    assert attachments.publish("equipment", row.id, ("persons", shown.id), nameless=True) == 0
    attachments.add(world.in_a, EQUIPMENT, row.id, "新的.png", picture(20))
    assert attachments.publish("equipment", row.id, ("persons", shown.id), nameless=True) == 1
    assert names(shown, "persons")[-1] == "照片3.png"
    other = small_ledgers.person(world.a)
    assert attachments.publish("equipment", row.id, ("persons", other.id), nameless=False) == 3
    kept = Attachment.get(Attachment.ledger == "persons", Attachment.row_id == other.id)
    assert (kept.name, kept.account_id, kept.taken_at) == ("现场.PNG", 7, "2026-11-22 07:00:00")


def test_what_was_set_aside_goes_with_its_files(world: Any) -> None:
    row, other = small_ledgers.equipment(world.a), small_ledgers.equipment(world.a)
    for each, shade in ((row, 1), (other, 2)):
        attachments.add(world.in_a, EQUIPMENT, each.id, "图.png", picture(shade))
    paths = [each.path for each in Attachment.select().order_by(Attachment.id)]
    in_transaction(attachments.drop_aside, "equipment", [row.id])
    assert [stored.exists(stored.FILES, path) for path in paths] == [False, True]
    in_transaction(attachments.drop_aside, "persons", [other.id])
    in_transaction(attachments.drop_aside, "equipment", [])
    assert Attachment.select().count() == 1


LINES = (((20, 200), (150, 40), (280, 200)),)


def test_a_ledger_without_signatures_has_none(world: Any) -> None:
    row = small_ledgers.equipment(world.a)
    for field in ("name", "nothing"):
        with pytest.raises(NotFound):
            signatures.locate(world.in_a, EQUIPMENT, row.id, field)
    assert signatures.signed_fields(EQUIPMENT.record) == []
    with pytest.raises(NotFound):
        signatures.read("0" * 40 + ".png")


def test_the_same_strokes_are_one_file(world: Any) -> None:
    name = signatures.keep(LINES)
    assert signatures.keep(LINES) == name and signatures.read(name) == signatures.draw(LINES)
    assert signatures.keep((((20, 200), (150, 41)),)) != name
    dot = Image.open(io.BytesIO(signatures.draw((((300, 120),),)))).convert("L")
    assert dot.getpixel((300, 120)) < 128 < dot.getpixel((320, 120)), "a single point is a dot"


def test_signatures_that_no_row_names_go_after_a_day(world: Any) -> None:
    name, fresh = signatures.keep(LINES), signatures.keep((((1, 1), (100, 100)),))
    old = time.time() - 25 * 3600
    os.utime(stored.path_of(stored.SIGNATURES, name), (old, old))
    assert signatures.sweep() == 1
    assert [stored.exists(stored.SIGNATURES, each) for each in (name, fresh)] == [False, True]
