"""A row that goes to approval as who decides is shown it: its columns on a card, its whole form, its pictures (H02).

Any ledger may say `approved=`; meetings do not, but have a column of nearly every kind.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.files import attachments
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.changes.editing import create
from models.objectives.meetings.records import Meeting
from models.organization.records import Company
from models.tasks.approval import row_in_words
from models.tasks.subjects import Picture
from tests.models.tasks.units import Unit


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Iterator[None]:
    configure(Config(data_dir=tmp_path))
    yield
    configure(Config())


def ledger(name: str = "meetings") -> Ledger:
    found = ledger_named(name)
    assert found is not None
    return found


def meeting(unit: Unit, **values: Any) -> Meeting:
    sent = {
        "name": "十一月例会", "held_at": "2026-11-05T09:00:00+08:00", "chair": str(unit.id("白")),
        "attended": [str(unit.id(name)) for name in "白陈"], **values,
    }  # fmt: skip
    made = in_transaction(create, unit.actor("管", "console"), ledger(), sent)
    found: Meeting = Meeting.get_by_id(int(made["id"]))
    return found


def attach(unit: Unit, row: Meeting, name: str) -> int:
    paper = io.BytesIO(b"%PDF-1.7 %%EOF")
    if name.endswith(".png"):
        Image.new("RGB", (40, 40), "white").save(paper, "PNG")
    officer = unit.actor("管", "console")
    return int(in_transaction(attachments.add, officer, ledger(), row.id, name, paper.getvalue())["id"])


def test_a_card_shows_the_first_four_columns_that_say_something_and_its_place(unit: Unit) -> None:
    site = unit._company("一号厂", "site", unit.company)
    Company.update(company_root=unit.company.id).where(Company.id == site.id).execute()
    named = meeting(unit, place="二楼会议室", site=str(site.id))
    sited = meeting(unit, name="防汛", kind="special", site=str(site.id), topic="不是一列")
    bare = meeting(unit, name="早上", kind="shift")
    cards = row_in_words.shown(ledger(), [named, sited, bare])
    at, people = ("时间", "2026-11-05 09:00"), ("参加人员", "白、陈")
    assert [card.facts for card in cards] == [
        (at, ("类型", "安全例会"), ("地点", "二楼会议室"), ("主持人", "白")),
        (at, ("类型", "专题会议"), ("主持人", "白"), people),
        (at, ("类型", "班前会"), ("主持人", "白"), people),
    ], "its name is the card's title, and whose it is stands at its place"
    assert [card.place for card in cards] == ["二楼会议室", "一号厂", "清源水务"]


def test_a_long_value_is_cut_on_the_card_alone(unit: Unit) -> None:
    row = meeting(unit, name="长", place="甲" * 80)
    Meeting.update(place="甲" * 90).where(Meeting.id == row.id).execute()
    row = Meeting.get_by_id(row.id)
    assert dict(row_in_words.shown(ledger(), [row])[0].facts)["地点"] == "甲" * 80
    assert dict(row_in_words.details(ledger(), row).facts)["地点"] == "甲" * 90


def test_numbers_have_their_unit_flags_are_words_and_dates_are_dates(unit: Unit) -> None:
    """Of a row of any columns: what a card says of a training."""
    columns = [column.field for column in ledger("trainings").columns]
    said = {name: row_in_words._said(ledger("trainings"), name, None) for name in columns}
    assert set(said.values()) == {""}, "what is not there is not said"
    assert row_in_words._said(ledger("trainings"), "hours", 8) == "8学时"
    assert row_in_words._said(ledger("trainings"), "hours", 0) == "0学时"
    assert row_in_words._said(ledger("accidents"), "unverified", True) == "是"
    assert row_in_words._said(ledger("accidents"), "unverified", False) == ""
    assert row_in_words._said(ledger("accidents"), "deaths", 0) == "0"
    assert row_in_words._said(ledger(), "kind", "gone") == "gone", "a word that is no longer offered"
    people = [{"id": "1", "label": "白"}, {"id": "2", "label": "陈"}, "走了"]
    assert row_in_words._said(ledger(), "attended", people) == "白、陈"
    assert row_in_words._said(ledger(), "decisions", [{"what": "修"}]) == "", (
        "lines stand in full with the form"
    )


def test_pictures_of_each_row_the_oldest_first_and_papers_by_name(unit: Unit) -> None:
    row, other = meeting(unit), meeting(unit, name="没有照片")
    first, _, last = (attach(unit, row, name) for name in ("签到.png", "纪要.pdf", "现场.png"))
    card, bare = row_in_words.shown(ledger(), [row, other])
    assert (card.picture_id, card.pictures) == (first, (Picture(first), Picture(last)))
    assert (bare.picture_id, bare.pictures) == (None, ())
    assert dict(row_in_words.details(ledger(), row).facts)["附件"] == "签到.png、纪要.pdf、现场.png"
    assert "附件" not in dict(row_in_words.details(ledger(), other).facts)
    assert (
        row_in_words.pictures_of(ledger("persons"), [])
        == {}
        == row_in_words.pictures_of(ledger("roles"), [row])
    )


def test_who_decides_reads_the_whole_form_in_its_order_and_what_a_form_begins_with_too(unit: Unit) -> None:
    row = meeting(
        unit, topic="防汛", minutes="都同意", absent=[str(unit.id("丁"))],
        decisions=[{"what": "更换软管", "who": str(unit.id("陈")), "until": "2026-11-20"}],
    )  # fmt: skip
    assert row_in_words.details(ledger(), row).facts == (
        ("会议名称", "十一月例会"), ("类型", "安全例会"), ("时间", "2026-11-05 09:00"), ("议题", "防汛"), ("主持人", "白"),
        ("参加人员", "白、陈"), ("缺席人员", "丁"), ("决定", "1. 更换软管，负责人：陈，完成期限：2026-11-20"),
        ("会议纪要", "都同意"),
    )  # fmt: skip
