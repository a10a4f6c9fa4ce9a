"""The demo's safety meetings of this month, with who was there and what was decided (A06)."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock
from models.core.ledger.changes.editing import create
from models.objectives.meetings.ledgers import MEETINGS
from models.organization.records import Binding, Company, Person

# Name, kind, days ago, place, topic, decisions (what, days to do it), minutes.
_HELD = (
    (
        "安全例会", "monthly", 12, "二楼会议室", "上月隐患整改情况；冬季防火",
        (("更换 1 号泵房破损电缆", 20), ("补齐车间应急柜物资", 15), ("修订动火作业安全措施", None)),
        "各部门通报整改进度，逾期的由主持人督办。",
    ),
    ("叉车专项整治会", "special", 4, "生产车间", "叉车超速和盲区", (("叉车全部装限速器", 30),), None),
)  # fmt: skip


def plant_meetings() -> bool:
    """Plant them into the first company of the demo, once; says whether it was now. Run it in a transaction."""
    if MEETINGS.record.select().exists():
        return False
    account = Account.get(Account.login == "admin")
    company = Company.select().where(Company.kind == "company").order_by(Company.id).get()
    bound = Binding.select(Binding.person).where(Binding.company == company, Binding.state == "approved")
    people = list(
        Person.select().where(Person.id.in_(bound)).order_by(Person.role.desc(), Person.id).limit(12)
    )
    actor = actor_for_account(account, "import")
    for name, kind, days, place, topic, decisions, minutes in _HELD:
        held_at = clock.local(clock.now() - timedelta(days=days)).replace(
            hour=9, minute=0, second=0, microsecond=0
        )
        lines = [
            {"what": what, "who": str(people[at + 1].id), "until": _until(held_at, due)}
            for at, (what, due) in enumerate(decisions)
        ]
        values = {
            "company": str(company.id), "name": f"{held_at.month}月{name}", "kind": kind, "held_at": held_at.isoformat(),
            "place": place, "topic": topic, "chair": str(people[0].id), "minutes": minutes,
            "attended": [str(one.id) for one in people[:-2]], "absent": [str(one.id) for one in people[-2:]],
            "decisions": lines,
        }  # fmt: skip
        create(actor, MEETINGS, values)
    return True


def _until(held_at: datetime, days: int | None) -> str | None:
    return None if days is None else (held_at + timedelta(days=days)).date().isoformat()


__all__ = ["plant_meetings"]
