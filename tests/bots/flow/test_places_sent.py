"""A place that is sent in the chat: as it is kept, or said to have no degrees; never 0, 0 and never swapped (L01)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bots.sandbox.callback_delivery import events
from bots.wecom import guesses
from bots.wecom.incoming.events import Location, of_fields, parse
from models.core.coordinates import to_gcj02
from models.hazards.records import Hazard
from tests.bots.flow.conftest import USERS
from tests.bots.flow.playing import photo
from tests.bots.flow.wired import Wired

ME = USERS[1]
GATE = (120.512345, 30.1)


def sent(lng: float, lat: float) -> Location:
    """The event of a place, as it is read."""
    found = parse(events.location("ww", ME, 1.0, 1, 7, {"lng": lng, "lat": lat, "label": "门口"}))
    assert isinstance(found, Location)
    return found


@pytest.mark.parametrize(
    ("lng", "lat", "kept"),
    [
        (*GATE, GATE),
        (GATE[1], GATE[0], GATE),  # swapped: no latitude is beyond 90
        (
            43.825592,
            87.616848,
            (87.616848, 43.825592),
        ),  # swapped: both could be, and one lies in the Barents Sea
        (0, 0, (None, None)),
        (-74.006, 40.7128, (-74.006, 40.7128)),  # abroad, and not swapped
        (179.0, 120.0, (None, None)),
    ],
)
def test_what_the_platform_gives_is_read_as_it_is_kept(lng: float, lat: float, kept: tuple[Any, Any]) -> None:
    place = sent(lng, lat)
    assert (place.longitude, place.latitude) == kept
    again = of_fields(dict(place.fields))
    assert isinstance(again, Location) and (again.longitude, again.latitude) == kept, "what is kept raw, too"


def test_should_it_turn_out_to_be_of_satellites_it_is_converted_where_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(guesses.guesses()["place_datum"], "value", "wgs84")
    place = sent(*GATE)
    assert (place.longitude, place.latitude) == to_gcj02(*GATE)


@pytest.mark.parametrize(("lng", "lat", "known"), [(*GATE, True), (0, 0, False)])
def test_photo_and_words_after_a_place_are_reported_there(
    wired: Wired, lng: float, lat: float, known: bool
) -> None:
    me = wired.phone(ME)
    me.send_place(lng, lat, "一水厂 3号门")
    wired.work()
    card = me.cards()[-1]
    assert ("没有收到坐标" in str(card["content"])) is not known
    (snap,) = [one["url"] for one in card["content"]["jump_list"] if one["title"] == "随手拍"]
    asked = parse_qs(urlsplit(parse_qs(urlsplit(snap).query)["to"][0]).query)
    assert ("lng" in asked, "lat" in asked) == (known, known)
    me.send_photo(photo())
    wired.work()
    me.say("栏杆松动")
    wired.work()
    hazard = Hazard.get(Hazard.what == "栏杆松动")
    found = None if hazard.lng is None else (float(hazard.lng), float(hazard.lat))
    assert found == (GATE if known else None)
