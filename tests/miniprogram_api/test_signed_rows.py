"""Signatures and places in rows of real ledgers: meetings (A06) and activities (A09), by both doors' engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from models.core import clock
from models.core.config import config
from models.core.files import signatures, stored
from models.core.ledger import ledger_named
from models.objectives.activities.records import Activity
from models.objectives.meetings.records import Meeting
from models.organization.records import Company, Person
from tests.miniprogram_api.test_ledgers import AT, meeting, phone_of
from tests.support.doors import Answer, Call

NAME = [[[20, 200], [150, 40], [280, 200]]]
OTHER = [[[30, 30], [500, 200]]]


@pytest.fixture
def door(two: Any, phone: Call) -> Callable[..., Any]:
    """The safety officer's phone: `await door("POST", "/meetings", values)`."""
    token, keys = phone_of("safety_officer", two["own"][Company]), count()

    async def ask(method: str, path: str, values: Any = None, **body: Any) -> Answer:
        content = None if values is None else {"values": values, **body}
        key = {"Idempotency-Key": f"k{next(keys)}"}
        return await phone(method, f"/ledgers{path}", json=content, token=token, headers=key)

    return ask


@pytest.mark.gen_test(timeout=60)
async def test_a_signed_meeting_shows_its_signature_and_keeps_it_until_it_is_signed_anew(
    two: Any, door: Callable[..., Any]
) -> None:
    made = await door("POST", "/meetings", meeting(two["own"][Person], signature=NAME))
    assert made.status == 201, made.body
    row = made.json
    picture = await door("GET", f"/meetings/{row['id']}/signatures/signature")
    assert (picture.status, picture.headers["Content-Type"], picture.body[:4]) == (
        200,
        "image/png",
        b"\x89PNG",
    )
    kept = Meeting.get_by_id(row["id"]).signature
    assert (config().data_dir / "signatures" / kept).exists()
    same = await door(
        "PUT",
        f"/meetings/{row['id']}",
        {"name": "改名", "signature": row["values"]["signature"]},
        version=row["version"],
    )
    assert same.status == 200 and Meeting.get_by_id(row["id"]).signature == kept
    anew = await door("PUT", f"/meetings/{row['id']}", {"signature": OTHER}, version=same.json["version"])
    assert anew.status == 200 and anew.json["values"]["signature"] != row["values"]["signature"]
    trail = (await door("GET", f"/meetings/{row['id']}/history")).json["items"]
    told = [line for each in trail for line in each["changes"] if line["field"] == "signature"]
    assert [(line["old"], line["new"]) for line in told] == [("已签名", "已重签"), (None, "已签名")]
    assert kept not in str(trail)


@pytest.mark.gen_test(timeout=60)
async def test_nobody_s_signature_is_put_under_another_row(two: Any, door: Callable[..., Any]) -> None:
    first = (await door("POST", "/meetings", meeting(two["own"][Person], signature=NAME))).json
    stolen = Meeting.get_by_id(first["id"]).signature
    for word in (stolen, first["values"]["signature"]):
        refused = await door("POST", "/meetings", meeting(two["own"][Person], name="另一次", signature=word))
        assert refused.status == 422 and "signature" in refused.json["error"]["fields"]
    other = two["other"][Meeting]
    assert other.signature, "every ledger's row of the other company is filled in, its signature too"
    for path in (f"/meetings/{other.id}/signatures/signature", f"/meetings/{first['id']}/signatures/name"):
        assert (await door("GET", path)).status == 404


@pytest.mark.gen_test(timeout=60)
async def test_a_signature_of_a_closed_case_stays(
    two: Any, door: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger: Any = ledger_named("meetings")
    first = (await door("POST", "/meetings", meeting(two["own"][Person], signature=NAME))).json
    unsigned = (await door("POST", "/meetings", meeting(two["own"][Person], name="没有签"))).json
    monkeypatch.setitem(ledger.__dict__, "closed", {"kind": ("monthly",)})
    for value in (OTHER, None):
        refused = await door(
            "PUT", f"/meetings/{first['id']}", {"signature": value}, version=first["version"]
        )
        assert refused.status == 422 and "留存" in refused.json["error"]["fields"]["signature"]
    later = await door(
        "PUT", f"/meetings/{unsigned['id']}", {"signature": OTHER}, version=unsigned["version"]
    )
    assert later.status == 200, "what was not signed can be"


@pytest.mark.gen_test(timeout=60)
async def test_an_activity_keeps_where_it_was_in_degrees_of_chinese_maps(
    two: Any, door: Callable[..., Any]
) -> None:
    values = {"name": "零伤害班组", "held_at": AT, "kind": "talk", "people": [str(two["own"][Person].id)]}
    sensed = {"lng": 121.55, "lat": 29.87, "accuracy": 12, "datum": "wgs84"}
    made = await door("POST", "/activities", {**values, "spot": sensed})
    assert made.status == 201, made.body
    spot = Activity.get_by_id(made.json["id"]).spot
    assert made.json["values"]["spot"] == {"lng": spot.lng, "lat": spot.lat, "accuracy": 12}
    assert abs(spot.lng - 121.55) > 0.002, "the phone's degrees are not those that are kept"
    again = await door(
        "PUT", f"/activities/{made.json['id']}", {"spot": made.json["values"]["spot"]}, version=1
    )
    assert again.status == 200 and Activity.get_by_id(made.json["id"]).spot == spot, (
        "sent back it stays where it was"
    )
    wrong = await door("POST", "/activities", {**values, "spot": {"lng": 0, "lat": 0}})
    assert wrong.status == 422 and "不是地点" in wrong.json["error"]["fields"]["spot"]


def test_signatures_that_no_row_names_go_after_a_day(two: Any) -> None:
    named = two["own"][Meeting].signature
    lost = signatures.keep(OTHER)
    old = (clock.now() - timedelta(days=2)).timestamp()
    for name in (named, lost):
        os.utime(Path(stored.path_of(stored.SIGNATURES, name)), (old, old))
    assert signatures.sweep() == 1
    assert stored.exists(stored.SIGNATURES, named) and not stored.exists(stored.SIGNATURES, lost)
