"""What may happen to certificates (C02, Q04)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.core import clock, history
from models.core.errors import Conflict, Invalid
from models.core.fields import too_long
from models.core.fields.blank_words import says_nothing
from models.core.security.actor import Actor
from models.core.security.identifiers import squeeze
from models.equipment import standards
from models.equipment.operator_codes.certificate_limits import plain_limit
from models.organization.records import Person
from models.training.certificate_types.names import known_kinds
from models.training.certificates.doubts import all_doubts, asked, settled_as
from models.training.certificates.operator_code_text import WrittenCode, read_codes
from models.training.certificates.registry_matching import attach_from_registry, match_from_registry
from models.training.records import (
    CREATE_CERTIFICATES,
    DELETE_CERTIFICATES,
    EDIT_CERTIFICATES,
    Certificate,
)

Values = dict[str, Any]
_SURE = "确实这样写的，请在“已对照证书核对”选“是”再保存"


def add_certificate(actor: Actor, values: Values, *, source: str = "entered") -> Certificate:
    """Enter a certificate of one of the company's people; one that names several projects gives a row for each.

    Gives the first row. `values["as_is"]` says that somebody has held what is asked about against the certificate.
    Raises Invalid for days in the wrong order, for an entry that is there, and for what is asked about and not said.
    """
    actor.require(CREATE_CERTIFICATES)
    person = Person.get_by_id(values["person"])
    made = []
    for each in entries(values, known_kinds(person.company_id)):
        _check_new(person, each)
        certificate = Certificate(**each, company=person.company_id, source=source)
        actor.require(CREATE_CERTIFICATES, certificate)
        certificate.save(force_insert=True)
        history.note(actor, certificate, "created", history.differences(Certificate, {}, each))
        made.append(certificate)
    return made[0]


def edit_certificate(actor: Actor, certificate: Certificate, values: Values) -> Certificate:
    """Correct or renew a certificate; what came from the registry counts as entered from then on."""
    actor.require(EDIT_CERTIFICATES, certificate)
    values = _edited(certificate, values)
    old = dict(certificate.__data__)
    changed = {name: value for name, value in values.items() if old.get(name) != value}
    if not changed:
        return certificate
    if {"number", "code"} & set(changed):
        _check_new(Person.get_by_id(certificate.person_id), {**old, **values}, but=certificate.id)
    certificate.change(**values, source="entered", rules=standards.certificate_versions())
    history.note(actor, certificate, "edited", history.differences(Certificate, old, values))
    return certificate


def settle(actor: Actor, certificate: Certificate) -> Certificate:
    """Say that what is asked about the certificate was held against it and is right (核对无误)."""
    actor.require(EDIT_CERTIFICATES, certificate)
    doubts = all_doubts(certificate, known_kinds(certificate.company_id))
    if not doubts:
        raise Conflict("不用核对", code="no_doubt", cause="这本证书没有要核对的内容", advice="请刷新列表")
    certificate.change(settled=settled_as(certificate.__data__), rules=standards.certificate_versions())
    line = {"field": "doubts", "title": "待核对", "old": "；".join(doubts), "new": "已对照证书核对"}
    history.note(actor, certificate, "settle", [line])
    return certificate


def delete_certificate(actor: Actor, certificate: Certificate) -> None:
    """Delete an entry made by mistake; clock-ins keep what they knew of it."""
    actor.require(DELETE_CERTIFICATES, certificate)
    gone = dict.fromkeys(("number", "code", "valid_until"))
    history.note(
        actor, certificate, "deleted", history.differences(Certificate, dict(certificate.__data__), gone)
    )
    Certificate.delete().where(Certificate.id == certificate.id).execute()


def entries(values: Values, projects: Mapping[str, str] | None = None, *, ask: bool = True) -> list[Values]:
    """The values of a new certificate in one spelling, once for each project that its code names.

    N1、Q2（限桥式起重机） is two, the second with its limit. Raises Invalid at the fields; what is asked about counts as
    wrong until `as_is` is said (unless not to `ask`). `projects` are the names of the operator codes by code, if the
    caller has them.
    """
    projects = known_kinds() if projects is None else projects
    values = _spelled(values)
    sure = bool(values.pop("as_is", False))
    found = read_codes(values["code"], projects)
    if says_nothing(values["number"]):
        raise Invalid(fields={"number": "请填写证书上印的编号"})
    wrong = _wrong_days(values.get("issued_on"), values["valid_until"])
    unsure: dict[str, str] = {}
    made = []
    for entry, limits in zip(found, _limits(found, values.get("limits"), wrong), strict=True):
        each = {**values, "code": entry.code}
        if limits or "limits" in values:
            each["limits"] = limits or None
        wrong |= too_long(Certificate, each)
        doubts = asked(each, projects)
        if sure:
            each["settled"] = settled_as(each)
        elif ask:
            unsure |= {name: f"{told}。{_SURE}" for name, told in doubts.items()}
        made.append(each)
    if wrong:
        raise Invalid(fields=unsure | wrong)
    if unsure:
        raise Invalid("请对照证书核对", advice="写错了就改，写得没错就选“是”再保存", fields=unsure)
    return made


def _edited(certificate: Certificate, values: Values) -> Values:
    """The values of a certificate that is changed; what is asked about is asked where it is another than before."""
    old = certificate.__data__
    kept = ("number", "code", "limits", "catalogue", "issued_on", "valid_until")
    whole = {**{name: old.get(name) for name in kept}, **values}
    if values.get("code") and values["code"] != old["code"] and "limits" not in values:
        whole["limits"] = None
    same = all(whole[name] == old.get(name) for name in ("code", "catalogue", "issued_on", "valid_until"))
    found = entries(whole, known_kinds(certificate.company_id), ask=not same)
    if len(found) > 1:
        raise Invalid(fields={"code": "一条证照只写一个项目，别的项目请另外新增"})
    new = found[0]
    return {name: new[name] for name in (*values.keys() - {"as_is"}, "limits", "settled") if name in new}


def _spelled(values: Values) -> Values:
    values = dict(values)
    if values.get("number"):
        values["number"] = squeeze(values["number"])
    if "limits" in values and says_nothing(values["limits"] or ""):
        values["limits"] = None
    return values


def _wrong_days(issued: date | None, until: date) -> dict[str, str]:
    wrong = {}
    if issued is not None and issued > clock.today():
        wrong["issued_on"] = "发证日期不能晚于今天"
    if issued is not None and until <= issued:
        wrong["valid_until"] = "有效期至要晚于发证日期"
    return wrong


def _limits(found: list[WrittenCode], column: str | None, wrong: dict[str, str]) -> list[str]:
    """The limit of each entry: what stands beside its code, or in the column of its own."""
    limitable = [standards.may_be_limited(entry.code) for entry in found]
    given = []
    for entry, can in zip(found, limitable, strict=True):
        own = column if column and (can or not any(limitable)) else ""
        if own and entry.limits and plain_limit(own) != plain_limit(entry.limits):
            wrong["limits"] = f"代号里写的是“{entry.limits}”，和限制范围“{own}”不一样，请对照证书"
        given.append((own or entry.limits)[: Certificate.limits.max])
    return given


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
    "settle",
]
