"""Photos of any ledger: they wait for a row, one rule takes them, and who may see the row may see them (G02, E07, X06)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from models.core import clock as clocks
from models.core.coordinates import to_gcj02
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.files import attachments, photos, stored
from models.core.files.attachments import Attachment
from models.core.files.content_check import Examined
from models.core.ledger import Ledger
from models.core.logs.access import Access
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.equipment.records import Equipment
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
EQUIPMENT, PERSONS = small_ledgers.EQUIPMENT, small_ledgers.PERSONS
MINUTES = timedelta(minutes=1)


def picture(shade: int = 0) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 30, 30)).save(target, "PNG")
    return target.getvalue()


def file(number: int) -> Examined:
    """A photo that was looked at already; no two numbers are the same picture."""
    return Examined(picture(number), "image/png", ".png", ())


@pytest.fixture(autouse=True)
def taking(world: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Equipment takes photos, and says itself who may see them."""
    photos._shown_ledgers()
    for known in (photos._finders, photos._rights, photos._originals):
        for name in list(known):
            monkeypatch.delitem(known, name)  # type: ignore[attr-defined]
    photos.shown_by(
        "equipment", lambda actor, row_id: Equipment.find(actor, "equipment.read", row_id),
        upload="equipment.edit", original="equipment.export",
    )  # fmt: skip
    yield
    for known in (photos._finders, photos._rights, photos._originals):
        known.clear()  # type: ignore[attr-defined]


def somebody(world: Any, account: int = 8, *rights: str, scope: Scope = Scope.COMPANY) -> Actor:
    named = rights or ("equipment.read", "equipment.edit")
    return Actor(account, f"人{account}", world.a.id, dict.fromkeys(named, scope))


def upload(actor: Actor, number: int = 1, ledger: str = "equipment") -> Attachment:
    return photos.upload_for(actor, ledger, "现场.png", file(number))


def waiting(actor: Actor) -> int:
    return (
        Attachment.select().where(Attachment.account_id == actor.account_id, Attachment.row_id == 0).count()
    )


def test_only_ledgers_that_take_photos_do_and_only_for_who_may(world: Any) -> None:
    photos.may_upload(world.in_a, "equipment")
    with pytest.raises(Invalid) as refused:
        upload(world.in_a, ledger="persons")
    assert refused.value.fields == {"ledger": "这里不收照片"}
    with pytest.raises(Forbidden):
        upload(somebody(world, 8, "equipment.read"))
    with pytest.raises(Forbidden):
        photos.keep(somebody(world, 8, "equipment.read"), "a.png", file(1))
    assert Attachment.select().count() == 0


def test_the_same_picture_again_is_the_one_that_waits_already_and_waits_anew(world: Any, clock: Any) -> None:
    first = upload(world.in_a)
    clock.forward(hours=20)
    assert upload(world.in_a).id == first.id
    assert Attachment.get_by_id(first.id).at == clocks.now()
    others = {upload(world.in_a, 2).id, upload(somebody(world)).id}
    assert first.id not in others and len(others) == 2
    unsaid = photos.keep(world.in_a, "a.png", file(3))
    assert upload(world.in_a, 3).id == unsaid.id, "one that was sent in a chat is the same picture"


def test_a_row_takes_photos_once_and_in_their_stage(world: Any) -> None:
    row, other = small_ledgers.equipment(world.a), small_ledgers.equipment(world.a)
    mine = [upload(world.in_a, number).id for number in range(3)]
    assert photos.take(world.in_a, "equipment", row, [mine[0], mine[0], mine[1]], photos.BEFORE) == 2
    kept = list(photos.of("equipment", [row.id]))
    assert [(each.id, each.stage, each.company_id) for each in kept] == [
        (mine[0], "before", world.a.id),
        (mine[1], "before", world.a.id),
    ]
    with pytest.raises(Invalid) as refused:
        photos.take(world.in_a, "equipment", other, [mine[2], mine[0], 10**6])
    assert "第 2、3 张" in refused.value.fields["photos"] and waiting(world.in_a) == 1
    assert photos.take_there(world.in_a, "equipment", other, [mine[2], mine[0]]) == 1
    assert [each.stage for each in photos.of("equipment", [other.id])] == [None]
    assert photos.take_there(world.in_a, "equipment", other, []) == 0
    assert list(photos.of("equipment", [0])) == [] == list(photos.of("equipment", []))


def test_nobody_takes_what_somebody_else_uploaded_or_what_is_for_another_ledger(world: Any) -> None:
    row, theirs = small_ledgers.equipment(world.a), upload(somebody(world))
    for_others = upload(world.in_a)
    Attachment.update(ledger="persons").where(Attachment.id == for_others.id).execute()
    for wrong in (theirs, for_others):
        assert photos.waiting(world.in_a, "equipment", [wrong.id]) == set()
        with pytest.raises(Invalid):
            photos.take(world.in_a, "equipment", row, [wrong.id])
    unsaid = photos.keep(world.in_a, "a.png", file(5))
    assert photos.waiting(world.in_a, "equipment", [unsaid.id]) == {unsaid.id}
    assert photos.waiting(world.in_a, "equipment", []) == set()
    assert photos.take(world.in_a, "equipment", row, [unsaid.id]) == 1
    assert Attachment.get_by_id(unsaid.id).ledger == "equipment"


def test_newer_photos_of_a_stage_leave_the_earlier_ones_in_their_place(world: Any) -> None:
    row, other = small_ledgers.equipment(world.a), small_ledgers.equipment(world.a)
    for at, (to, stage) in enumerate(((row, "after"), (row, "before"), (other, "after"))):
        photos.add(world.in_a, "equipment", to, "a.png", file(at), stage=stage)
    photos.retire("equipment", row.id, photos.AFTER)
    stages = [(each.row_id, each.stage) for each in Attachment.select().order_by(Attachment.id)]
    assert stages == [(row.id, "returned"), (row.id, "before"), (other.id, "after")]


def test_a_photo_that_is_added_twice_is_there_once(world: Any) -> None:
    row = small_ledgers.equipment(world.a)
    first = photos.add(world.in_a, "equipment", row, "a.png", picture(), stage="after")
    again = photos.add(world.in_a, "equipment", row, "a.png", picture(), stage="after")
    assert first.id == again.id
    assert photos.add(somebody(world), "equipment", row, "a.png", file(0)).id != first.id


def _attach(row: Any, number: int, **values: Any) -> None:
    for at in range(number):
        given = {"name": f"{at}.png", "mime": "image/png", "sha256": f"{at:064}", "path": f"p{at}", "size": 1}
        given |= {"ledger": "equipment", "row_id": row.id if row else 0, "account_name": "测试员", **values}
        Attachment.create(**given)


def test_how_many_photos_a_row_has_at_most(world: Any) -> None:
    row = small_ledgers.equipment(world.a)
    mine = [upload(world.in_a, number).id for number in range(3)]
    _attach(row, attachments.MAX_PER_ROW - 2)
    with pytest.raises(Conflict) as refused:
        photos.take(world.in_a, "equipment", row, mine)
    assert refused.value.code == "too_many_files"
    assert photos.take(world.in_a, "equipment", row, mine[:1]) == 1
    photos.add(world.in_a, "equipment", row, "a.png", file(8))
    with pytest.raises(Conflict):
        photos.add(world.in_a, "equipment", row, "a.png", file(9))


def test_how_many_photos_may_wait(world: Any) -> None:
    _attach(None, photos.MAX_WAITING - 1, account_id=world.in_a.account_id)
    first = upload(world.in_a)
    with pytest.raises(Conflict) as refused:
        upload(world.in_a, 2)
    assert refused.value.code == "too_many_files"
    assert upload(world.in_a).id == first.id, "the same picture again is none more"
    assert upload(somebody(world)).id


def test_what_was_sent_without_a_word_is_found_by_when_it_came(world: Any, clock: Any) -> None:
    ids = []
    for number in range(4):
        ids.append(photos.keep(world.in_a, "a.png", file(number)).id)
        clock.forward(minutes=10)
    photos.keep(somebody(world), "a.png", file(7))
    upload(world.in_a, 8)
    begin = clocks.now() - 40 * MINUTES
    assert photos.unassigned(world.in_a, begin) == ids
    assert photos.unassigned(world.in_a, begin + 10 * MINUTES) == ids[1:]
    account = world.in_a.account_id
    for who in (world.in_a, account):
        assert photos.sent_together(who, ids[1:2], 10 * MINUTES, later=False) == ids[:2]
        assert photos.sent_together(who, ids[1:2], 9 * MINUTES, later=True) == [ids[1]]
        assert photos.sent_together(who, [ids[2], ids[1]], 10 * MINUTES, later=True) == ids
    for who, wrong in ((None, ids), (world.in_a, []), (world.in_a, [10**6]), (somebody(world), ids)):
        assert photos.sent_together(who, wrong, 60 * MINUTES, later=True) == []
    row = small_ledgers.equipment(world.a)
    photos.take(world.in_a, "equipment", row, ids[:1])
    assert photos.unassigned(world.in_a, begin) == ids[1:]
    assert photos.sent_together(world.in_a, ids[:2], 60 * MINUTES, later=True) == ids[1:]


def test_a_photo_that_waits_is_dropped_by_its_owner_alone_with_its_file(world: Any) -> None:
    mine = in_transaction(upload, world.in_a)
    assert not in_transaction(photos.forget, somebody(world), mine.id)
    assert stored.path_of(stored.FILES, mine.path).exists()
    assert in_transaction(photos.forget, world.in_a, mine.id)
    assert not in_transaction(photos.forget, world.in_a, mine.id)
    assert not stored.path_of(stored.FILES, mine.path).exists()
    taken = upload(world.in_a, 2)
    photos.take(world.in_a, "equipment", small_ledgers.equipment(world.a), [taken.id])
    assert not in_transaction(photos.forget, world.in_a, taken.id)


def test_photos_that_no_row_came_for_are_dropped_after_a_day(world: Any, clock: Any) -> None:
    old, unsaid = upload(world.in_a, 1), photos.keep(world.in_a, "a.png", file(2))
    taken = upload(world.in_a, 3)
    photos.take(world.in_a, "equipment", small_ledgers.equipment(world.a), [taken.id])
    clock.forward(hours=24)
    assert in_transaction(photos.sweep) == 0, "just a day is not more than one"
    fresh = upload(world.in_a, 4)
    clock.forward(seconds=1)
    assert in_transaction(photos.sweep, 1) == 1
    assert in_transaction(photos.sweep) == 1
    assert {row.id for row in Attachment.select()} == {taken.id, fresh.id}
    assert not any(stored.path_of(stored.FILES, each.path).exists() for each in (old, unsaid))


def _is_seen(actor: Actor, photo_id: int) -> bool:
    try:
        return photos.locate(actor, photo_id)[1] == "image/png"
    except NotFound:
        return False


def test_who_may_see_a_photo(world: Any) -> None:
    """Its owner while it waits; with a row, whoever may see that."""
    colleague, stranger = somebody(world), Actor(9, "外人", world.b.id, dict(world.in_b.rights))
    photo = upload(world.in_a)
    assert [_is_seen(who, photo.id) for who in (world.in_a, colleague, stranger)] == [True, False, False]
    photos.take(world.in_a, "equipment", small_ledgers.equipment(world.a), [photo.id])
    assert [_is_seen(who, photo.id) for who in (world.in_a, colleague, stranger)] == [True, True, False]
    assert not _is_seen(world.in_a, 10**6)
    Attachment.update(mime="application/pdf").where(Attachment.id == photo.id).execute()
    assert not _is_seen(world.in_a, photo.id), "a document is no photo"


def test_who_may_see_a_photo_of_a_ledger_that_says_nothing_of_its_own(world: Any) -> None:
    """Whoever may read the row; a ledger without files, or a row that is gone, has no photos."""
    person = small_ledgers.person(world.a)
    reader = somebody(world, 8, "persons.read", "certificates.read", "equipment.read")

    def of(ledger: Ledger, row_id: int) -> int:
        values = {"mime": "image/png", "sha256": "0" * 64, "path": "p", "size": 1, "account_name": "甲"}
        made = Attachment.create(ledger=ledger.name, row_id=row_id, name="a.png", account_id=99, **values)
        return int(made.id)

    photo = of(PERSONS, person.id)
    assert _is_seen(reader, photo)
    assert not _is_seen(somebody(world), photo) and not _is_seen(world.in_b, photo)
    assert not _is_seen(reader, of(PERSONS, 10**6))
    assert not _is_seen(reader, of(small_ledgers.CERTIFICATES, 1))


def test_who_has_a_row_to_decide_sees_its_photos_though_they_may_not_read_it(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = small_ledgers.person(world.a)
    photo = photos.add(world.in_a, "persons", person, "a.png", file(1))
    decider = somebody(world)
    assert not _is_seen(decider, photo.id)
    asked: list[Any] = []

    def concerns(actor: Actor, ledger: str, row_id: int) -> bool:
        asked.append((actor, ledger, row_id))
        return True

    monkeypatch.setattr(photos, "CONCERNED", lambda *given: [False, concerns(*given)])
    assert _is_seen(decider, photo.id) and asked == [(decider, "persons", person.id)]


def test_the_original_of_somebody_elses_photo_needs_a_right_of_its_own_and_is_noted(world: Any) -> None:
    photo = upload(world.in_a)
    assert photos.original(world.in_a, photo.id)[2] == photo.path
    photos.take(world.in_a, "equipment", small_ledgers.equipment(world.a), [photo.id])
    reader, trusted = somebody(world), somebody(world, 9, "equipment.read", "equipment.export")
    before = Access.select().count()
    for look in (photos.original, photos.facts):
        with pytest.raises(Forbidden):
            look(reader, photo.id)
    assert Access.select().count() == before
    assert photos.original(trusted, photo.id) == ("现场.png", "image/png", photo.path)
    assert Access.select().where(Access.account_id == 9, Access.action == "downloaded").count() == 1
    del photos._originals["equipment"]
    with pytest.raises(NotFound):
        photos.original(trusted, photo.id)
    assert photos.original(world.in_a, photo.id)[0] == "现场.png", "what one sent oneself is one's own"


def test_what_proves_a_photo(world: Any) -> None:
    sensed = Examined(picture(), "image/png", ".png", (), "2026-11-22 08:00:00", (120.21, 30.26))
    told = [
        photos.facts(world.in_a, photos.upload_for(world.in_a, "equipment", "现场.png", each).id)
        for each in (sensed, file(3))
    ]
    lng, lat = to_gcj02(120.21, 30.26)
    assert [each["place"] for each in told] == [{"lng": lng, "lat": lat}, None]
    assert (told[0]["taken_at"], told[0]["by"], told[0]["size"]) == (
        "2026-11-22 08:00:00",
        "测试员",
        len(picture()),
    )


@pytest.mark.parametrize(
    ("size", "webp", "shown"),
    [
        ("thumbnail", True, (stored.THUMBS, "image/webp")),
        ("thumbnail", False, (stored.THUMBS_JPEG, "image/jpeg")),
        ("screen", True, (stored.CARDS, "image/jpeg")),
        ("full", True, (stored.SHOWN, "image/png")),
    ],
)
def test_what_is_shown_of_a_photo_in_a_size(size: Any, webp: bool, shown: tuple[str, str]) -> None:
    assert photos.version(size, "image/png", webp=webp) == shown


def test_a_photo_whose_file_is_gone_is_not_there(world: Any) -> None:
    photo = photos.upload_for(world.in_a, "equipment", "现场.png", picture())
    assert photos.drawn(stored.SHOWN, photo.path, photo.mime) == photos.read(world.in_a, photo.id)[2]
    stored.drop_picture(photo.path)
    with pytest.raises(NotFound):
        photos.drawn(stored.SHOWN, photo.path, photo.mime)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n", "not_a_photo"),
        (b"no photo", "not_a_photo"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "half_a_picture"),
        (b"\x00" * (photos.MAX_BYTES + 1), "too_large"),
        (b"\x00" * photos.MAX_BYTES, "not_a_photo"),
    ],
)
def test_what_is_no_photo(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        photos.look(content)
    assert refused.value.code == code
