"""What may happen to certificates (C02, Q04)."""

from __future__ import annotations

import unicodedata
from typing import Any

from models.core import clock, history
from models.core.actor import Actor
from models.core.errors import Conflict, Invalid
from models.core.identifiers import squeeze
from models.duty.records import OperatorCode
from models.organization.records import Person
from models.training.matching import attach_from_registry, match_from_registry
from models.training.records import (
    CREATE_CERTIFICATES,
    DELETE_CERTIFICATES,
    EDIT_CERTIFICATES,
    Certificate,
)

Values = dict[str, Any]


def add_certificate(actor: Actor, values: Values, *, source: str = "entered") -> Certificate:
    """Enter a certificate of one of the company's people.

    Raises Invalid for a code that there is not, for days in the wrong order, and for an entry that is there.
    """
    actor.require(CREATE_CERTIFICATES)
    person = Person.get_by_id(values["person"])
    values = clean(values, None)
    _check_new(person, values)
    certificate = Certificate(**values, company=person.company_id, source=source)
    actor.require(CREATE_CERTIFICATES, certificate)
    certificate.save(force_insert=True)
    history.note(actor, certificate, "created", history.differences(Certificate, {}, values))
    return certificate


def edit_certificate(actor: Actor, certificate: Certificate, values: Values) -> Certificate:
    """Correct or renew a certificate; what came from the registry counts as entered from then on."""
    actor.require(EDIT_CERTIFICATES, certificate)
    values = clean(values, certificate)
    old = dict(certificate.__data__)
    changed = {name: value for name, value in values.items() if old.get(name) != value}
    if not changed:
        return certificate
    if {"number", "code"} & set(changed):
        _check_new(Person.get_by_id(certificate.person_id), {**old, **values}, but=certificate.id)
    certificate.change(**values, source="entered")
    history.note(actor, certificate, "edited", history.differences(Certificate, old, values))
    return certificate


def delete_certificate(actor: Actor, certificate: Certificate) -> None:
    """Delete an entry made by mistake; clock-ins keep what they knew of it."""
    actor.require(DELETE_CERTIFICATES, certificate)
    gone = dict.fromkeys(("number", "code", "valid_until"))
    history.note(
        actor, certificate, "deleted", history.differences(Certificate, dict(certificate.__data__), gone)
    )
    Certificate.delete().where(Certificate.id == certificate.id).execute()


def clean(values: Values, certificate: Certificate | None, *, known: set[str] | None = None) -> Values:
    """Values with number and code in one spelling and days in order; raises Invalid at the fields.

    `known` are the operator codes, if the caller has them.
    """
    values = dict(values)
    wrong: dict[str, str] = {}
    if values.get("number"):
        values["number"] = squeeze(values["number"])
    if values.get("code"):
        values["code"] = "".join(unicodedata.normalize("NFKC", values["code"]).split()).upper()
        fault = fault_of_code(values["code"], known)
        if fault:
            wrong["code"] = fault
    issued = values.get("issued_on", certificate.issued_on if certificate else None)
    until = values.get("valid_until", certificate.valid_until if certificate else None)
    if issued is not None and issued > clock.today():
        wrong["issued_on"] = "发证日期不能晚于今天"
    if issued is not None and until is not None and until <= issued:
        wrong["valid_until"] = "有效期至要晚于发证日期"
    if wrong:
        raise Invalid(fields=wrong)
    return values


def fault_of_code(code: str, known: set[str] | None = None) -> str:
    """Why a code can't be entered; empty if it can. Welders' codes (with a hyphen) are put together freely."""
    codes = {row.code for row in OperatorCode.select(OperatorCode.code)} if known is None else known
    if code in codes or "-" in code:
        return ""
    return f"没有作业项目代号“{code}”，请对照证书填写，如 N1、Q2"


def _check_new(person: Person, values: Values, *, but: int = 0) -> None:
    there = Certificate.select().where(
        Certificate.person == person.id,
        Certificate.number == values["number"],
        Certificate.code == values["code"],
        Certificate.id != but,
    )
    if there.exists():
        raise Invalid(fields={"number": f"“{person.name}”已经登记了这本证书的 {values['code']} 项目"})


def revoke_certificate(actor: Actor, certificate: Certificate) -> Certificate:
    """Mark a certificate as withdrawn by the authority: nobody clocks in by it any more."""
    return _mark(actor, certificate, "revoked", "已经是注销状态")


def reinstate_certificate(actor: Actor, certificate: Certificate) -> Certificate:
    """Take the mark of withdrawal away again."""
    return _mark(actor, certificate, "valid", "已经是有效状态")


def _mark(actor: Actor, certificate: Certificate, state: str, already: str) -> Certificate:
    actor.require(EDIT_CERTIFICATES, certificate)
    if certificate.state == state:
        raise Conflict("不用再操作", code="wrong_state", cause=f"这本证书{already}", advice="请刷新列表")
    old = certificate.state
    certificate.change(state=state)
    lines = history.differences(Certificate, {"state": old}, {"state": state})
    history.note(actor, certificate, "state_changed", lines)
    return certificate


__all__ = [
    "add_certificate",
    "attach_from_registry",
    "delete_certificate",
    "edit_certificate",
    "match_from_registry",
    "reinstate_certificate",
    "revoke_certificate",
]
