"""The flash report itself: for which unit, under which number, once (G02)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from peewee import IntegrityError

from models.accidents import duties, photos
from models.accidents.classify import level_of
from models.accidents.facts import as_kept, clean_facts
from models.accidents.finding import invalid
from models.accidents.presets import Receivers, chosen_receivers
from models.accidents.records import REPORT_ACCIDENTS, Accident, AccidentVersion
from models.core import clock, history
from models.core.actor import Actor
from models.core.database import database
from models.core.errors import Forbidden
from models.core.outbox import announce
from models.core.rights import Scope
from models.organization.records import Binding, Company, Person

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread over the telephone
_TRIES = 8


def report(actor: Actor, data: Mapping[str, Any], *, key: str | None) -> tuple[Accident, bool]:
    """Report an accident (G02); gives it, and whether this very call made it.

    `data` are the facts (`facts.FACTS`, unknown numbers None), `company` (default: the unit worked for), `photos`
    (ids of uploads of the same account) and `receivers` (None: by preset). `key` is the caller's own id of the
    report: the same key of the same account gives the report that is there. Raises Invalid at the fields, Forbidden
    `not_bound` where the actor does not belong to the unit.
    """
    actor.require(REPORT_ACCIDENTS)
    request_key = _request_key(actor, key)
    there = _by_key(request_key)
    if there is not None:
        return there, False
    company, person = unit_for(actor, data.get("company"))
    values = clean_facts(data, company.id)
    level, provisional = level_of(values)
    receivers = chosen_receivers(company.id, level, data.get("receivers"))
    now = clock.now()
    values |= {
        "company": company.id, "level": level, "provisional": provisional, "reporter": person and person.id,
        "reporter_account_id": actor.account_id, "reported_at": now, "created_at": now, "updated_at": now,
        "told_by": actor.door[:20], "request_key": request_key,
    }  # fmt: skip
    accident, created = _insert(values)
    if created:
        photos.take(actor, accident, [int(item) for item in data.get("photos") or ()])
        duties.start(accident)
        _first_version(actor, accident, receivers)
    return accident, created


def _first_version(actor: Actor, accident: Accident, receivers: Receivers) -> None:
    AccidentVersion.create(
        accident=accident.id,
        number=1,
        kind="first",
        facts=as_kept(accident) | {"receivers": receivers.as_json()},
        changed=[],
        by_name=actor.name[:30],
        by_account_id=actor.account_id,
    )
    history.note(actor, accident, "created")
    announce(
        "accident.reported", accident, ledger="accidents", version=1, level=accident.level,
        receivers=receivers.as_json(),
    )  # fmt: skip


def unit_for(actor: Actor, wanted: Any) -> tuple[Company, Person | None]:
    """The unit that the actor may report for (the wanted one, or the one worked for), and their own file there."""
    company_id = int(wanted) if wanted not in (None, "") else actor.company_id
    if company_id is None:
        raise invalid("company", "请选择单位")
    company = Company.get_or_none(Company.id == company_id, Company.kind == "company")
    person = (
        Person.select()
        .join(Binding, on=(Binding.person == Person.id))
        .where(
            Person.id.in_(actor.person_ids or (0,)), Person.company == company_id, Binding.state == "approved"
        )
        .first()
    )
    reaches = actor.rights[REPORT_ACCIDENTS] > Scope.SELF and company_id in actor.companies(REPORT_ACCIDENTS)
    if company is None or (person is None and not reaches):
        if wanted in (None, "", actor.company_id):
            raise Forbidden(
                "现在不能上报事故",
                code="not_bound",
                cause="您还没有绑定单位，或者还在审核",
                advice="请直接打电话报告单位负责人；绑定单位后就能在这里上报",
            )
        raise invalid("company", "没有这个单位，请从您的单位中选择")
    return company, person


def _request_key(actor: Actor, key: str | None) -> str | None:
    return None if key is None else hashlib.sha256(f"{actor.account_id}:{key}".encode()).hexdigest()


def _by_key(request_key: str | None) -> Accident | None:
    if request_key is None:
        return None
    found: Accident | None = Accident.get_or_none(Accident.request_key == request_key)
    return found


def _insert(values: dict[str, Any]) -> tuple[Accident, bool]:
    """Write the row under a number that nobody has; the unique keys decide, no counter does."""
    for _ in range(_TRIES):
        try:
            with database.atomic():
                return Accident.create(**values, number=new_number()), True
        except IntegrityError:
            there = _by_key(values["request_key"])
            if there is not None:
                return there, False
    raise RuntimeError("no free accident number found")


def new_number() -> str:
    """A number such as KB261124-7K3F: the day, and four characters out of 31."""
    return f"KB{clock.today():%y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(4))}"
