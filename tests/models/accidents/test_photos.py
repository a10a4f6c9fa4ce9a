"""Photos: taken before there is a report, attached by it, seen by whoever may see the accident (G02)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.accidents import photos
from models.accidents.display.accident_json import accident_json, reported_json
from models.accidents.rules import supplement
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.core.files import photos as all_photos
from models.core.files import stored
from models.core.files.attachments import Attachment
from models.core.logs.access import Access
from tests.models.accidents.conftest import Scene
from tests.models.core.files.readers import pictures


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    before = config()
    configure(replace(before, data_dir=tmp_path))
    yield tmp_path
    configure(before)


def picture(kind: str = "JPEG", shade: int = 200) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 30, 30)).save(target, kind)
    return target.getvalue()


def upload(scene: Scene, who: int = 0, content: bytes = b"") -> Attachment:
    return in_transaction(photos.upload, scene.actor(who), "现场.jpg", content or picture())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_report_takes_the_photos_that_its_reporter_uploaded(scene: Scene, kind: str) -> None:
    kept = upload(scene, content=picture(kind))
    seen = Image.open(io.BytesIO(in_transaction(all_photos.read, scene.actor(), kept.id)[2]))
    assert (seen.format, seen.size) == (kind, (8, 8))
    accident = scene.report(photos=[str(kept.id)])
    shown = accident_json(scene.actor(), accident)["photos"]
    assert shown == [{"id": str(kept.id), "url": f"/api/mp/v1/photos/{kept.id}"}]
    at_desk = accident_json(scene.actor(1, "console"), accident)["photos"]
    assert at_desk[0]["url"] == f"/api/console/v1/accidents/{accident.id}/attachments/{kept.id}"
    assert all_photos.read(scene.actor(1), kept.id)[1] == f"image/{kind.lower()}"


def test_nobody_takes_anothers_photo(scene: Scene) -> None:
    theirs = upload(scene, 1)
    with pytest.raises(NotFound):
        all_photos.read(scene.actor(), theirs.id)
    mine = upload(scene)
    first = scene.report(photos=[str(theirs.id), str(mine.id)])
    again = scene.report(photos=[mine.id], key="again")  # it belongs to the first
    assert [row.row_id for row in Attachment.select().order_by(Attachment.id)] == [0, first.id]
    assert (photos.gone(first, [theirs.id, mine.id]), photos.gone(again, [mine.id])) == (
        [str(theirs.id)],
        [str(mine.id)],
    )


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
REFUSED: list[tuple[bytes, str, int]] = [
    (HEIC, "heic", 415),
    (b"%PDF-1.4 ... %%EOF", "not_a_photo", 415),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo", 415),
    (b"GIF89a", "not_a_photo", 415),
    (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "half_a_picture", 415),
    (b"\x00" * (all_photos.MAX_BYTES + 1), "too_large", 413),
]


@pytest.mark.parametrize(("content", "code", "status"), REFUSED)
def test_what_is_no_photo_is_refused_with_the_way_out(
    scene: Scene, content: bytes, code: str, status: int
) -> None:
    with pytest.raises(AnbanError) as caught:
        upload(scene, content=content)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert caught.value.advice
    assert Attachment.select().count() == 0


def test_not_too_many_wait(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_photos, "MAX_WAITING", 2)
    upload(scene), upload(scene, content=picture(shade=100))
    with pytest.raises(Conflict):
        upload(scene, content=picture(shade=50))
    assert upload(scene, 1).id  # another's


def test_a_photo_that_is_sent_again_is_the_one_that_is_there(scene: Scene) -> None:
    """A phone that never heard the answer sends it anew; the reader must not see it twice (X01)."""
    first = upload(scene)
    assert upload(scene).id == first.id
    assert upload(scene, 1).id != first.id, "another's is another's"
    accident = scene.report(photos=[first.id])
    again = [in_transaction(photos.add, scene.actor(), accident.id, "b.jpg", picture()) for _ in range(2)]
    assert {row.id for row in again} == {first.id}


def test_the_same_photo_again_is_the_one_that_waits(scene: Scene, clock: Any) -> None:
    first = upload(scene)
    assert upload(scene, 1).id != first.id, "another's is another's"
    clock.forward(hours=20)
    assert upload(scene).id == first.id
    clock.forward(hours=20)
    assert in_transaction(all_photos.sweep) == 1, "the other's: this one was sent again since"
    assert [row.id for row in Attachment.select()] == [first.id]
    scene.report(photos=[first.id])
    assert upload(scene).id != first.id, "a report has that one"


def test_what_no_report_took_is_swept_after_a_day(scene: Scene, clock: Any) -> None:
    used, forgotten = upload(scene), upload(scene, content=picture(shade=90))
    scene.report(photos=[used.id])
    clock.forward(hours=23)
    assert in_transaction(all_photos.sweep) == 0
    clock.forward(hours=2)
    fresh = upload(scene)
    assert in_transaction(all_photos.sweep) == 1
    assert {row.id for row in Attachment.select()} == {used.id, fresh.id}
    assert not stored.path_of(stored.FILES, forgotten.path).exists()
    assert stored.path_of(stored.FILES, used.path).exists()


def test_a_draft_that_outlives_its_photo_is_reported_without_it(scene: Scene, clock: Any) -> None:
    old = upload(scene)
    clock.forward(hours=23)
    fresh = upload(scene, content=picture(shade=90))
    clock.forward(hours=2)
    in_transaction(all_photos.sweep)
    accident = scene.report(photos=[old.id, fresh.id])
    shown = reported_json(scene.actor(), accident, [str(old.id), str(fresh.id)])
    assert ([photo["id"] for photo in shown["photos"]], shown["photos_gone"]) == (
        [str(fresh.id)],
        [str(old.id)],
    )
    with pytest.raises(Invalid) as caught:  # where a photo is asked for, it says which one
        in_transaction(all_photos.take, scene.actor(), photos.LEDGER, accident, [upload(scene).id, old.id])
    assert caught.value.fields["photos"].startswith("第 2 张照片")


def test_photos_are_added_later(scene: Scene) -> None:
    accident = scene.report()
    added = in_transaction(photos.add, scene.actor(), accident.id, "x.jpg", picture())
    assert [row.id for row in photos.of([accident.id])] == [added.id]
    more = upload(scene, content=picture(shade=90))
    later = in_transaction(supplement, scene.actor(), accident.id, {"photos": [more.id]}, 1)
    assert [item["id"] for item in accident_json(scene.actor(), later)["photos"]] == [
        str(added.id),
        str(more.id),
    ]
    scene.plant.account(2, scene.unit)
    (notice,) = scene.tell(accident, scene.second)
    assert notice.id
    with pytest.raises(Forbidden):  # told, so may look, but not add
        in_transaction(photos.add, scene.actor(2), accident.id, "x.jpg", picture())
    assert all_photos.read(scene.actor(2), added.id)[0] == "x.jpg"


def test_of_an_accident_that_one_may_not_see(scene: Scene) -> None:
    kept = upload(scene)
    scene.report(photos=[kept.id])
    stranger = scene.member("company_administrator", scene.plant.unit("别家"))
    for nothing in (kept.id, 0, 2**63 - 1):
        with pytest.raises(NotFound):
            all_photos.read(stranger, nothing)


def test_the_upload_is_evidence_and_not_for_everybody_who_sees_the_photo(scene: Scene) -> None:
    """Place, time and device stay with the upload: for who sent it, and who may see what is masked for others."""
    telling = pictures.saved(pictures.scene(), "JPEG", exif=pictures.notes(6))
    kept = upload(scene, content=telling)
    accident = scene.report(photos=[kept.id])
    scene.plant.account(2, scene.unit)
    scene.tell(accident, scene.second)
    officer = scene.member("reviewing_officer")
    shown = in_transaction(all_photos.read, scene.actor(2), kept.id)[2]
    assert pictures.MAKER.encode() not in shown
    with pytest.raises(Forbidden):
        in_transaction(all_photos.original, scene.actor(2), kept.id)
    for who in (scene.actor(), officer):
        _name, mime, path = in_transaction(all_photos.original, who, kept.id)
        assert (mime, stored.read(stored.FILES, path)) == ("image/jpeg", telling)
        facts = in_transaction(all_photos.facts, who, kept.id)
        assert facts["sha256"] == hashlib.sha256(telling).hexdigest()
        assert facts["taken_at"] == "2026-11-22T08:00:00"
        assert facts["place"] == {"lng": 120.154707, "lat": 30.247678}, (
            "the camera's 120.15, 30.25 on our maps"
        )
    noted = Access.select().where(Access.subject.startswith("照片原件")).count()
    assert noted == 4, "who takes it is noted"
    with pytest.raises(NotFound):
        all_photos.original(scene.member("company_administrator", scene.plant.unit("别家")), kept.id)
    assert "120.15" not in str(Attachment.get_by_id(kept.id).place)
