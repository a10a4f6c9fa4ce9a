"""What the demo's leaders signed, where its activities were, and where its courses are learned (A06, A09, K04)."""

from __future__ import annotations

from models.core.fields import DrawnSignature, GeoPoint
from models.objectives.activities.records import Activity
from models.objectives.meetings.records import Meeting
from models.organization.records import Company, Person
from models.training.courses.records import Course

Lines = tuple[tuple[tuple[int, int], ...], ...]
#: Who chairs the meetings of 江澜重工 and holds its activities writes so, in the box of a signature.
_SIGNER = "陈安澜"
_WRITTEN: Lines = (
    # 陈
    ((40, 60), (85, 55), (62, 92), (88, 118), (60, 140)), ((42, 58), (40, 205)),
    ((100, 72), (178, 62)), ((140, 40), (108, 112), (184, 104)), ((144, 84), (147, 196), (126, 186)),
    ((122, 136), (104, 170)), ((164, 134), (188, 168)),
    # 安
    ((292, 34), (300, 52)), ((232, 62), (226, 92)), ((232, 66), (368, 58), (352, 88)),
    ((300, 76), (262, 140), (342, 198)), ((338, 96), (300, 160), (240, 204)), ((222, 130), (382, 118)),
    # 澜
    ((410, 56), (426, 72)), ((402, 100), (420, 114)), ((400, 196), (434, 146)),
    ((452, 40), (462, 54)), ((450, 66), (448, 206)), ((484, 52), (566, 46), (562, 202), (544, 190)),
    ((474, 88), (544, 82)), ((486, 106), (484, 134), (536, 130), (536, 104), (488, 106)),
    ((510, 66), (512, 190)), ((500, 146), (474, 176)), ((522, 144), (546, 172)),
)  # fmt: skip
#: The place of an activity by its name: 职工之家 of the site at the river, and its assembly hall (longitude, latitude, metres).
_SPOTS = {
    "三季度零伤害班组评选": {"lng": 120.3122, "lat": 30.1833, "accuracy": 15},
    "师徒结对互查": {"lng": 120.3126, "lat": 30.1838, "accuracy": 22},
}
#: Courses that are learned and examined in the system of a third party; `.example` leads nowhere.
_LEARNED_AT = "https://xuexi.example/courses/{code}"
_ONLINE = ("online", "mixed")


def plant_signatures() -> bool:
    """Write them into what is there and lacks them, once; says whether anything was. Run it in a transaction."""
    company = Company.select().where(Company.kind == "company").order_by(Company.id).get()
    signer = Person.get(Person.company == company, Person.name == _SIGNER)
    signed = DrawnSignature("").clean([[list(point) for point in line] for line in _WRITTEN])
    done = _addresses()
    if Meeting.select().where(Meeting.signature.is_null(False)).exists():
        return done
    for meeting in Meeting.select().where(Meeting.chair == signer.id).order_by(Meeting.held_at).limit(1):
        meeting.change(signature=signed)
    for activity in Activity.select().where(Activity.company == company, Activity.name.in_(list(_SPOTS))):
        activity.change(
            signature=signed, spot=GeoPoint("").clean({**_SPOTS[activity.name], "datum": "gcj02"})
        )
    return True


def _addresses() -> bool:
    """Where courses are learned that say nothing of it."""
    silent = Course.address.is_null() & Course.code.is_null(False)
    rows = list(Course.select().where(Course.mode.in_(_ONLINE), Course.company.is_null(), silent))
    for course in rows:
        course.change(address=_LEARNED_AT.format(code=course.code.lower()))
    return bool(rows)


__all__ = ["plant_signatures"]
