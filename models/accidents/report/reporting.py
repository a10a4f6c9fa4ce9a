"""The flash report itself: for which unit, under which number, once (G02)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.accidents import photos
from models.accidents.alarm import first_responders
from models.accidents.alarm.contacts import with_contact
from models.accidents.records import REPORT_ACCIDENTS, Accident, AccidentVersion
from models.accidents.regulations import reporting_duties
from models.accidents.regulations.classify import judge
from models.accidents.regulations.standards import accident_rules
from models.accidents.report import bursts, unverified
from models.accidents.report.chosen_receivers import chosen_receivers
from models.accidents.report.facts import as_kept, clean_facts, placed, with_label
from models.core import clock, history, numbering
from models.core.errors import AnbanError
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.messages.escalation.presets import Receivers, preset_receivers
from models.organization import belonging
from models.organization.records import Company, Person


def report(
    actor: Actor, data: Mapping[str, Any], *, key: str | None, address: str = ""
) -> tuple[Accident, bool]:
    """Report an accident (G02); gives it, and whether this very call made it.

    `data` are the facts (`facts.FACTS`, unknown numbers None), `company` (default: the unit worked for), `photos`
    (ids of uploads of the same account), `receivers` (None: by preset) and the text of a `label` of equipment or place;
    of who does not belong to the unit besides `unit_name`, `elsewhere`, `caller_name` and `caller_phone`
    (unverified.py), and the `address` they ask from. `key` is the
    caller's own id of the report: the same key of the same account gives the report that is there. Raises Invalid at
    the fields, TooMany for strangers beyond the usual; every refusal has a number to call in `details.contact`. What
    one account of the unit reports beyond the usual is kept all the same, and told to those who judge it first.
    """
    request_key = numbering.request_key(actor.account_id, key)
    there = numbering.by_request_key(Accident, request_key)
    if there is not None:
        return there, False
    try:
        if unverified.is_stranger(actor, data):
            return _by_stranger(actor, data, request_key, address)
        return _by_member(actor, data, request_key)
    except AnbanError as error:
        raise with_contact(error, actor) from error


def _by_member(actor: Actor, data: Mapping[str, Any], request_key: str | None) -> tuple[Accident, bool]:
    actor.require(REPORT_ACCIDENTS)
    company, person = unit_for(actor, data.get("company") or unverified.at_home(actor, data))
    values = clean_facts(with_label(data, company.id), company.id)
    judged = judge(values)
    receivers = chosen_receivers(company.id, judged.level, data.get("receivers"))
    values |= {**judged.kept(), "reporter": person and person.id}
    accident, created = _insert(actor, company, values, request_key)
    if created:
        _keep(actor, accident, data, receivers)
        if bursts.is_beyond(actor, company.id):
            bursts.join(accident)
        else:
            _announce(accident, receivers)
    return accident, created


def _by_stranger(
    actor: Actor, data: Mapping[str, Any], request_key: str | None, address: str
) -> tuple[Accident, bool]:
    """A report by who is not of the unit: to those of it who can judge it, or to everybody where there is none."""
    found = unverified.where(actor, data)
    if unverified.is_own(actor, found.company.id):  # they are at home after all
        return _by_member(actor, {**data, "company": found.company.id}, request_key)
    said = {name: value for name, value in data.items() if value not in (None, "")}
    if not accident_rules().knows(str(said.get("category"))):
        said.pop("category", None)  # nobody has told them which there are
    values = clean_facts(placed({**found.facts, **said}), found.company.id)
    unverified.spend(actor, found.company.id, address)
    judged = judge(values)
    receivers = preset_receivers(found.company.id, judged.level)
    values |= {
        **judged.kept(), "reporter": None, "unverified": True,
        "narrow": bool(first_responders.of_unit(found.company.id, values.get("grid"))), **unverified.caller(actor, data),
    }  # fmt: skip
    accident, created = _insert(actor, found.company, values, request_key)
    if created:
        _keep(actor, accident, data, receivers, said={name: said.get(name) for name in unverified.SAID})
        _announce(accident, receivers)
    return accident, created


def _insert(
    actor: Actor, company: Company, values: dict[str, Any], request_key: str | None
) -> tuple[Accident, bool]:
    now = clock.now()
    values |= {
        "company": company.id, "reporter_account_id": actor.account_id, "reported_at": now, "created_at": now,
        "updated_at": now, "told_by": actor.door[:20], "request_key": request_key,
    }  # fmt: skip
    return numbering.insert_numbered(Accident, values, new_number)


def _keep(
    actor: Actor, accident: Accident, data: Mapping[str, Any], receivers: Receivers, **more: Any
) -> None:
    """What hangs on a report from its first moment: its photos, the clocks of the law, its first version."""
    if actor.account_id is not None:
        photos.take(actor, accident, [int(item) for item in data.get("photos") or ()])
    reporting_duties.start(accident)
    _first_version(actor, accident, {"receivers": receivers.as_json(), **more})


def _announce(accident: Accident, receivers: Receivers) -> None:
    announce(
        "accident.reported", accident, ledger="accidents", version=1, level=accident.level,
        receivers=receivers.as_json(),
    )  # fmt: skip


def _first_version(actor: Actor, accident: Accident, more: Mapping[str, Any]) -> None:
    AccidentVersion.create(
        accident=accident.id,
        number=1,
        kind="first",
        facts=as_kept(accident) | dict(more),
        changed=[],
        by_name=unverified.signature_of(accident) if accident.unverified else actor.name[:30],
        by_account_id=actor.account_id,
    )
    history.note(actor, accident, "created")


def unit_for(actor: Actor, wanted: Any) -> tuple[Company, Person | None]:
    """The unit that the actor may report for (the wanted one, or the one worked for), and their own file there."""
    advice = "请直接打电话报告单位负责人；绑定单位后就能在这里上报"
    return belonging.unit_for(actor, wanted, REPORT_ACCIDENTS, doing="上报事故", advice=advice)


def new_number() -> str:
    """A number such as KB261124-7K3F: the day, and four characters out of 31."""
    return numbering.new_number("KB")
