"""What the demo's leaders signed and where its activities were is planted once, also into data that is there (A06, A09, K04)."""

from __future__ import annotations

from datetime import UTC, datetime

from models.core.db.connection import in_transaction
from models.core.files import signatures
from models.demo.office.signed import plant_signatures
from models.objectives.activities.records import Activity
from models.objectives.meetings.records import Meeting
from models.training.courses.records import Course
from tests.support.people_to_tell import Crowd

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_they_are_planted_once_and_change_nothing_that_is_there(crowd: Crowd) -> None:
    boss = crowd.person(name="陈安澜")
    for name in ("安全例会", "专题会"):
        Meeting.create(company=crowd.unit, name=name, held_at=AT, chair=boss)
    activity = Activity.create(company=crowd.unit, name="师徒结对互查", held_at=AT)
    Activity.create(company=crowd.unit, name="别的活动", held_at=AT)
    online = Course.get(Course.mode == "online", Course.company.is_null())
    kept, *_ = Course.select().where(Course.mode == "mixed")
    kept.change(address="https://own.example/x")
    assert in_transaction(plant_signatures)
    signed = [row.signature for row in Meeting.select().order_by(Meeting.id)]
    assert signed[0] and signed[1] is None
    assert signatures.read(signed[0]).startswith(b"\x89PNG")
    spot = Activity.get_by_id(activity.id).spot
    assert (spot.lng, spot.lat, spot.accuracy) == (120.3126, 30.1838, 22)
    assert Activity.get(Activity.name == "别的活动").spot is None
    assert Course.get_by_id(online.id).address == f"https://xuexi.example/courses/{online.code.lower()}"
    assert Course.get_by_id(kept.id).address == "https://own.example/x"
    assert not Course.select().where(Course.mode == "offline", Course.address.is_null(False)).exists()
    assert not in_transaction(plant_signatures)
