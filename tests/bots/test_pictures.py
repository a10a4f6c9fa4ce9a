"""The picture of a card: small, without sign-in, and so signed, for a while, drawn once, and not for everybody at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from peewee import Database
from PIL import Image

from bots.delivery import pictures
from models.core.config import config, configure
from models.core.errors import NotFound, TooMany
from models.core.files import attachments, stored
from models.core.files.attachments import Attachment
from models.core.files.content_check import examine
from models.core.files.readers import pool
from models.core.security.actor import Actor
from tests.models.core.files.readers.pictures import MAKER, notes, saved, scene
from tests.support.clocks import Clock

ME = Actor(account_id=7, name="我", company_id=1)


@pytest.fixture
def kept(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Attachment]:
    before = config()
    configure(replace(before, data_dir=tmp_path, public_url="http://here"))
    monkeypatch.setattr(pictures, "_turnstile", pictures._Turnstile())
    pictures._drawn.cache_clear()
    photo = examine(saved(scene((3000, 2000)), "JPEG", exif=notes(6)))
    yield attachments.create(ME, photo, "a.jpg", ledger="accidents", row_id=1, company_id=1)
    configure(before)


def parts(address: str) -> list[str]:
    """Picture, last day and signature of an address."""
    assert address.startswith("http://here/bots/pictures/")
    return address.removeprefix("http://here/bots/pictures/").split("/")


def test_a_card_shows_a_small_picture_that_tells_nothing(kept: Attachment, clock: Clock) -> None:
    content = pictures.read(*parts(pictures.address(kept.id)))
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size) == ("JPEG", (720, 1080))
    assert not image.getexif()
    assert MAKER.encode() not in content


def test_an_address_ends(kept: Attachment, clock: Clock) -> None:
    old = pictures.address(kept.id)
    clock.forward(days=29)
    assert pictures.read(*parts(old))
    clock.forward(days=2)
    with pytest.raises(NotFound):
        pictures.read(*parts(old))
    assert pictures.read(*parts(pictures.address(kept.id)))


def test_an_address_is_the_same_all_day(kept: Attachment, clock: Clock) -> None:
    """A card that is drawn again is the card that was sent."""
    first = pictures.address(kept.id)
    clock.forward(hours=10)
    assert pictures.address(kept.id) == first


@pytest.mark.parametrize("change", range(3))
def test_an_address_that_we_did_not_sign_shows_nothing(kept: Attachment, clock: Clock, change: int) -> None:
    given = parts(pictures.address(kept.id))
    given[change] = str(int(given[change]) + 1) if change < 2 else "0" * 32
    with pytest.raises(NotFound):
        pictures.read(*given)


def test_it_is_drawn_when_the_photo_comes_and_never_again(
    kept: Attachment, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("drawn again")

    monkeypatch.setattr(pool, "read", never)
    for _ in range(3):
        assert pictures.read(*parts(pictures.address(kept.id)))
        pictures._drawn.cache_clear()


def test_a_photo_of_before_is_drawn_once(kept: Attachment, clock: Clock) -> None:
    for kind in stored.MADE:
        stored.drop(kind, kept.path)
    assert pictures.read(*parts(pictures.address(kept.id)))
    assert all(stored.exists(kind, kept.path) for kind in stored.MADE)
    assert MAKER.encode() not in stored.read(stored.SHOWN, kept.path)


def test_one_picture_is_not_fetched_without_end(
    kept: Attachment, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "PER_MINUTE", 3)
    given = parts(pictures.address(kept.id))
    for _ in range(3):
        pictures.read(*given)
    with pytest.raises(TooMany) as caught:
        pictures.read(*given)
    assert 0 < caught.value.retry_after <= 60


def test_what_is_deleted_is_not_shown(kept: Attachment, clock: Clock) -> None:
    given = parts(pictures.address(kept.id))
    Attachment.delete().where(Attachment.id == kept.id).execute()
    with pytest.raises(NotFound):
        pictures.read(*given)


def test_a_document_is_no_picture(kept: Attachment, clock: Clock) -> None:
    paper = attachments.create(
        ME, examine(b"%PDF-1.7 %%EOF"), "a.pdf", ledger="accidents", row_id=1, company_id=1
    )
    with pytest.raises(NotFound):
        pictures.read(*parts(pictures.address(paper.id)))


def test_before_and_after_stand_beside_each_other_in_one_picture(kept: Attachment, clock: Clock) -> None:
    green = examine(saved(scene((1600, 1200)), "JPEG"))
    after = attachments.create(ME, green, "b.jpg", ledger="hazards", row_id=1, company_id=1)
    given = parts(pictures.address(after.id, kept.id))
    assert given[0] == f"{kept.id}-{after.id}"
    image = Image.open(io.BytesIO(pictures.read(*given)))
    width, height = image.size
    assert 1.3 <= width / height < 1.32, "the shape of a card's picture"
    assert not image.getexif()
    for other in (f"{after.id}-{kept.id}", str(after.id), f"{kept.id}-999"):
        with pytest.raises(NotFound):
            pictures.read(other, *given[1:])
    gone = parts(pictures.address(999, kept.id))
    with pytest.raises(NotFound):
        pictures.read(*gone)
