"""随手拍: few words, the place by whatever is known, offline, once for one try; and likely repeats (E07, X07)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound, TooMany
from models.core.files import photos
from models.core.files.attachments import Attachment
from models.core.history import Change
from models.core.labels.printing import label_url, node_label_url
from models.equipment.records import Equipment
from models.grid.records import GridNode
from models.hazards.display.hazard_json import hazards_json, likely_json
from models.hazards.records import REPORT_HAZARDS, Hazard
from models.hazards.report import snapshot
from models.hazards.report.duplicates import likeness, near, pairs
from models.hazards.report.open_hazard import LEDGER
from models.hazards.report.report_options import options
from models.hazards.report.snapshot import add_own_photos, late_for, mine, place_for, snap
from models.objectives.records import PointRule
from models.tasks.notify.subscriptions import followers
from tests.models.hazards.grid_company import Land, picture
from tests.support.company_settings import set_to


def test_a_photo_alone_is_enough(land: Land) -> None:
    kept = land.photo("工")
    hazard = land.snap(what="", photos=[kept])
    assert (hazard.what, hazard.origin, hazard.state, hazard.late) == (None, "snap", "reported", False)
    assert hazard.number.startswith("YH261122-")
    assert (hazard.reporter_id, hazard.site_id, hazard.door) == (land.id("工"), land.sites[0].id, "phone")
    (photo,) = photos.of(LEDGER, [hazard.id])
    assert (str(photo.id), photo.stage, photo.company_id) == (kept, "before", land.company.id)
    assert Change.select().where(Change.table == "hazard", Change.action == "created").count() == 1
    assert land.news("hazard.reported")
    assert followers("hazard", hazard.id) == [land.id("工")]  # who hears of every step


def test_words_alone_are_enough(land: Land) -> None:
    assert land.snap(what="  地面 有油  ").what == "地面 有油"


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"what": ""}, {"photos"}),
    ({"what": "长" * 201}, {"what"}),
    ({"what": 7}, {"what"}),
    ({"lng": 200, "lat": 30}, {"lng"}),
    ({"lng": 120}, {"lat"}),
    ({"found_at": "昨天"}, {"found_at"}),
    ({"found_at": "2026-10-01T08:00:00+08:00"}, {"found_at"}),
    ({"grid": "999999"}, {"grid"}),
    ({"grid": "1; DROP TABLE hazard"}, {"grid"}),
    ({"grid": "别家"}, {"grid"}),
    ({"grid": "停用"}, {"grid"}),
    ({"scan": "https://elsewhere.example/x"}, {"scan"}),
    ({"scan": "别家"}, {"scan"}),
    ({"equipment": "999999"}, {"equipment"}),
    ({"photos": ["999999"]}, {"photos"}),
    ({"photos": "x"}, {"photos"}),
    ({"photos": [str(number) for number in range(1, 11)]}, {"photos"}),
    ({"duplicate_of": "999999"}, {"duplicate_of"}),
    ({"company": "999999"}, {"company"}),
]


@pytest.mark.parametrize(("data", "fields"), WRONG)
def test_what_can_not_be_is_said_at_its_field(land: Land, data: dict[str, Any], fields: set[str]) -> None:
    foreign = land.foreign()
    GridNode.update(enabled=False).where(GridNode.id == land.nodes["泵房"].id).execute()
    named = {
        "grid": {"别家": foreign.id, "停用": land.nodes["泵房"].id},
        "scan": {"别家": node_label_url(foreign.label_code)},
    }
    wanted = {
        key: named.get(key, {}).get(value, value) if isinstance(value, str) else value
        for key, value in data.items()
    }
    with pytest.raises(Invalid) as caught:
        in_transaction(snap, land.actor("工"), {"what": "电缆裸露", **wanted}, key=None)
    assert set(caught.value.fields) == fields
    assert Hazard.select().count() == 0
    assert land.news("hazard.reported") == []


def test_what_the_company_has_set_holds_for_it(land: Land) -> None:
    set_to(snapshot.PHOTO_NEEDED, land.company.id, True)
    with pytest.raises(Invalid) as caught:
        land.snap(what="地面有油")
    assert caught.value.fields == {"photos": "本单位要求随手拍必须有照片，请拍一张"}
    kept = land.photo("工")
    assert land.snap(what="", photos=[kept]).what is None
    set_to(snapshot.OLDEST, land.company.id, 3)
    with pytest.raises(Invalid) as caught:
        land.snap(photos=[land.photo("工")], found_at=(now() - timedelta(days=4)).isoformat())
    assert caught.value.fields["found_at"].startswith("发现时间早于 3 天前")


def test_the_place_by_the_best_that_is_known(land: Land) -> None:
    cabinet = land.machine()
    room, pump = land.node("配电室"), land.node("泵房")

    def place(**data: Any) -> str | None:
        hazard = land.snap(**({"nowhere": True} | data))
        return None if hazard.grid_id is None else str(GridNode.get_by_id(hazard.grid_id).name)

    assert place(grid=str(pump.id), scan=node_label_url(room.label_code)) == "泵房"  # picked
    assert place(scan=node_label_url(room.label_code), lng=120.2, lat=30.2) == "配电室"
    assert place(scan=label_url(cabinet.label_code)) == "配电室"
    assert place(equipment=str(cabinet.id)) == "配电室"
    assert place(lng=120.2001, lat=30.2) == "泵房"
    assert place(lng=100.0, lat=10.0) == "一厂"  # far away from all: where the reporter works
    assert place() == "一厂"
    Equipment.update(grid=None).where(Equipment.id == cabinet.id).execute()
    assert place(equipment=str(cabinet.id), lng=120.2, lat=30.2) == "泵房"
    last = Hazard.select().order_by(Hazard.id.desc()).first()
    assert (last.equipment_id, last.place) == (cabinet.id, "东墙")


def test_who_works_at_no_site_reports_to_the_company(land: Land) -> None:
    hazard = land.snap("友", nowhere=True)
    assert GridNode.get_by_id(hazard.grid_id).name == "公司"
    assert land.holders(hazard) == {"总": "judge"}


def test_without_a_grid_the_safety_officers_judge(land: Land) -> None:
    GridNode.update(owner=None).execute()
    for node in sorted(GridNode.select(), key=lambda row: -row.path.count("/")):
        node.delete_instance()
    hazard = land.snap("友", nowhere=True)
    assert (hazard.grid_id, land.holders(hazard)) == (None, {"管": "judge"})
    land.judge(hazard, "管")
    land.plan(hazard, "管")
    land.submit(hazard)
    assert land.holders(hazard) == {"管": "review"}


def test_the_same_try_again_is_the_same_hazard(land: Land, clock: Any) -> None:
    first, made = in_transaction(snap, land.actor("工"), {"what": "漏油"}, key="a")
    clock.forward(days=40)
    again, made_again = in_transaction(snap, land.actor("工"), {"what": ""}, key="a")
    assert (made, made_again, again.id) == (True, False, first.id)
    assert land.snap("友", key="a").id != first.id
    assert len(land.news("hazard.reported")) == 2


def test_two_at_once_make_one(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has looked before the first committed: the unique key tells it."""
    from models.core import numbering

    first = land.snap(key="a")
    answers = iter([None, first])
    monkeypatch.setattr(numbering, "by_request_key", lambda record, key: next(answers))
    again, created = in_transaction(snap, land.actor("工"), {"what": "漏油"}, key="a")
    assert (again.id, created, Hazard.select().count()) == (first.id, False, 1)


def test_one_that_waited_for_a_signal_comes_late(land: Land, clock: Any) -> None:
    seen = now() - timedelta(hours=5)
    hazard = land.snap(found_at=seen.isoformat())
    assert (hazard.late, hazard.found_at, hazard.reported_at) == (True, seen, now())
    ahead = land.snap(found_at=(now() + timedelta(hours=3)).isoformat())  # a phone whose clock is wrong
    assert (ahead.late, ahead.found_at) == (False, now())
    assert not land.snap(found_at=(now() - timedelta(minutes=9)).isoformat()).late


def test_a_stuck_button_is_stopped(land: Land, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "MAX_SNAPS", 3)
    for _ in range(3):
        land.snap()
        clock.forward(minutes=1)
    with pytest.raises(TooMany) as caught:
        land.snap()
    assert 400 < caught.value.retry_after < 425
    land.snap("友")
    clock.forward(minutes=8)
    land.snap()


def test_only_for_a_unit_that_one_belongs_to(land: Land) -> None:
    land.leave("工")
    with pytest.raises(Forbidden) as refused:
        land.snap(nowhere=True)
    assert refused.value.code == "not_bound"
    with pytest.raises(Invalid):
        land.snap("友", company=str(land.other.id), nowhere=True)
    with pytest.raises(Invalid):
        land.snap("外")  # a place of a company that is not theirs


REFUSED: list[tuple[bytes, str]] = [
    (b"%PDF-1.4 ... %%EOF", "not_a_photo"),
    (b"<script>alert(1)</script>", "not_a_photo"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
    (b"", "not_a_photo"),
]


@pytest.mark.parametrize(("content", "code"), REFUSED)
def test_a_photo_that_is_none(land: Land, content: bytes, code: str) -> None:
    with pytest.raises(AnbanError) as caught:
        in_transaction(photos.upload, land.actor("工"), LEDGER, REPORT_HAZARDS, "x.jpg", content)
    assert caught.value.code == code
    assert Attachment.select().count() == 0


def test_photos_are_seen_by_the_company_alone(land: Land) -> None:
    kept = land.photo("工")
    with pytest.raises(NotFound):
        photos.read(land.actor("友"), kept)  # nobody's yet
    hazard = land.snap(photos=[kept])
    assert photos.read(land.actor("友"), kept)[1] == "image/jpeg"
    with pytest.raises(NotFound):
        photos.read(land.actor("外"), kept)
    with pytest.raises(Invalid):
        land.snap("友", photos=[land.photo("工")])
    assert photos.of(LEDGER, [hazard.id]).count() == 1


def test_what_a_photo_of_another_ledger_is(land: Land) -> None:
    """A photo that waits for an accident does not serve a hazard."""
    from models.accidents import photos as of_accidents

    kept = in_transaction(of_accidents.upload, land.actor("工"), "x.jpg", picture())
    with pytest.raises(Invalid):
        land.snap(photos=[kept.id])


def test_likeness() -> None:
    assert pairs("电缆，裸露！") == {"电缆", "缆裸", "裸露"}
    assert likeness("电缆裸露", "电缆裸露") == 1
    assert likeness("电缆裸露", "配电柜旁电缆裸露") > 0.5
    assert likeness("电缆裸露", "地面有油") == 0
    assert (likeness("", "电缆"), likeness("灯", "灯")) == (0, 1)


def found(land: Land, what: str = "", who: str = "友", **where: Any) -> list[int]:
    return [item.hazard.id for item in near(land.actor(who), what, **where)]


def test_a_near_same_one_is_shown_first(land: Land, clock: Any) -> None:
    room = str(land.nodes["配电室"].id)
    cable = land.snap(what="配电柜旁电缆裸露", lng=120.1001, lat=30.1001, grid=room)
    oil = land.snap(what="地面有油", grid=room)
    land.snap(what="电缆裸露", grid=str(land.nodes["泵房"].id))
    assert found(land, "电缆裸露了", grid=room) == [cable.id]
    assert found(land, "", grid=room) == [oil.id, cable.id]  # only a photo: the place tells, the newest first
    assert found(land, "电缆裸露", lng=120.1004, lat=30.1001) == [cable.id]  # 29 m away
    assert found(land, "电缆裸露", lng=120.1009, lat=30.1001) == []
    (shown,) = likely_json(
        land.actor("友"), near(land.actor("友"), "电缆裸露", grid=room, lng=120.1004, lat=30.1001)
    )
    assert (shown["number"], shown["metres"], shown["state"]) == (cable.number, 29, "reported")
    assert found(land, "电缆裸露", grid=room, but=cable.id) == []
    land.judge(oil, outcome="no", reason="是水")
    assert found(land, "", grid=room) == [cable.id]  # what is over is no repeat
    clock.forward(days=31)
    assert found(land, "电缆裸露", grid=room) == []
    assert found(land, "电缆") == []  # nowhere
    with pytest.raises(NotFound):
        found(land, "电缆", who="外", grid=room)


def why(land: Land, what: str = "", **where: Any) -> list[tuple[int, str]]:
    return [(item.hazard.id, item.why) for item in near(land.actor("友"), what, **where)]


def test_the_very_same_spot_just_now_is_shown_whatever_it_is_called(land: Land, clock: Any) -> None:
    there = land.snap(what="电缆裸露", lng=120.1001, lat=30.1001)
    assert why(land, "线皮破了", lng=120.1002, lat=30.1001) == [(there.id, "place")]
    assert why(land, "线皮破了", lng=120.1005, lat=30.1001) == [], "38 m away it is another thing"
    clock.forward(hours=13)
    assert why(land, "线皮破了", lng=120.1002, lat=30.1001) == [], "and later, too"
    assert why(land, "电缆裸露", lng=120.1002, lat=30.1001) == [(there.id, "words")]


def sent(land: Land, who: str, shade: int) -> int:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 80, 80)).save(content, "PNG")
    return int(
        in_transaction(photos.upload, land.actor(who), LEDGER, REPORT_HAZARDS, "x.png", content.getvalue()).id
    )


def test_the_very_same_photo_is_shown_wherever_it_was_sent(land: Land) -> None:
    pump, room = str(land.nodes["泵房"].id), str(land.nodes["配电室"].id)
    first = land.snap(what="电缆裸露", photos=[sent(land, "工", 31)], grid=pump)
    again, other = sent(land, "友", 31), sent(land, "友", 99)
    assert why(land, "别的话", grid=room, photos=[again]) == [(first.id, "picture")]
    assert why(land, "别的话", photos=[again]) == [(first.id, "picture")]
    assert why(land, "别的话", photos=[other]) == []
    second = land.snap("友", what="别的话", photos=[again])
    assert why(land, "", photos=[again], but=second.id) == [(first.id, "picture")]
    Hazard.update(state="rejected").where(Hazard.id == first.id).execute()
    assert why(land, "", photos=[again], but=second.id) == [], "what is over is no repeat"


def test_a_repeat_that_was_shown_is_noted(land: Land) -> None:
    first = land.snap()
    second = land.snap("友", duplicate_of=str(first.id))
    third = land.snap("友", duplicate_of=str(second.id))
    assert (second.duplicate_of_id, third.duplicate_of_id) == (first.id, first.id)


def test_places_to_offer(land: Land) -> None:
    cabinet = land.machine()
    offered, equipment = place_for(
        land.actor("工"), scan=label_url(cabinet.label_code), lng="120.2", lat="30.2"
    )
    assert [(item.node.name, item.how) for item in offered] == [
        ("配电室", "equipment"), ("泵房", "position"), ("一厂", "work"),
    ]  # fmt: skip
    assert equipment == cabinet
    assert [item.node.name for item in place_for(land.actor("工"))[0]] == ["一厂"]
    for wrong in ({"scan": "x"}, {"lng": "abc", "lat": "1"}, {"lng": "1"}):
        with pytest.raises(Invalid):
            place_for(land.actor("工"), **wrong)  # type: ignore[arg-type]


def test_mine(land: Land) -> None:
    made = [land.snap() for _ in range(3)]
    land.snap("友")
    first, cursor = mine(land.actor("工"), limit=2)
    assert [row.id for row in first] == [made[2].id, made[1].id]
    rest, end = mine(land.actor("工"), cursor=cursor, limit=2)
    assert ([row.id for row in rest], end) == ([made[0].id], None)
    assert [row["mine"] for row in hazards_json(land.actor("工"), first)] == [True, True]
    with pytest.raises(Invalid):
        mine(land.actor("工"), cursor="x")


def test_what_the_phone_offers(land: Land) -> None:
    there = land.snap(lng=120.1001, lat=30.1001, grid=str(land.nodes["配电室"].id))
    label = node_label_url(land.node("配电室").label_code)
    PointRule.create(company=land.company, what="hazard.confirmed", points=5)
    offered = options(land.actor("友"), scan=label)
    assert [node["name"] for node in offered["nodes"]] == ["配电室", "公司"]
    assert (offered["nodes"][0]["where"], offered["nodes"][0]["how"]) == ("一厂 · 配电区 · 配电室", "scan")
    assert [item["id"] for item in offered["near"]] == [str(there.id)]
    assert (len(offered["criteria"]), offered["points"]) == (35, {"hazard.confirmed": 5})
    assert options(land.actor("友"))["near"] == []
    picked = options(land.actor("友"), grid=str(land.nodes["泵房"].id), what="漏水")
    assert (picked["nodes"][0]["name"], picked["near"]) == ("泵房", [])
    with pytest.raises(NotFound):
        options(land.actor("外"), grid=str(land.nodes["泵房"].id))
    with pytest.raises(NotFound):
        options(land.actor("外"), company=str(land.company.id))


def test_a_photo_belongs_to_the_report_of_so_short_a_time_ago(land: Land, clock: Any) -> None:
    hazard, within = land.snap(), timedelta(minutes=10)
    clock.forward(minutes=10)
    late = late_for(land.actor("工"), within)
    assert late is not None and late.id == hazard.id, "to the last moment"
    clock.forward(seconds=1)
    assert late_for(land.actor("工"), within) is None


def test_a_photo_that_could_not_go_along_joins_ones_own_report_until_somebody_judges_it(land: Land) -> None:
    """Its photo was refused, the words went (X01): another is sent after them, and the same again is once."""
    hazard = land.snap("工")
    late = [int(land.photo("工"))]
    for _ in range(2):
        in_transaction(add_own_photos, land.actor("工"), hazard.id, late)
    assert [row.id for row in photos.of(LEDGER, [hazard.id])] == late
    with pytest.raises(NotFound):
        in_transaction(add_own_photos, land.actor("电"), hazard.id, [int(land.photo("电", (1, 2, 3)))])
    land.judge(hazard)
    with pytest.raises(Conflict) as refused:
        in_transaction(add_own_photos, land.actor("工"), hazard.id, [int(land.photo("工", (9, 9, 9)))])
    assert refused.value.code == "too_late" and "直接发给处理的人" in refused.value.advice
