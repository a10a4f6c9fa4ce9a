"""Finding a person's certificates in the registry and attaching them (Q04, 匹配资质)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from models.core import clock, history
from models.core.errors import Conflict
from models.core.fields.blank_words import says_nothing
from models.core.ledger import ProbeFinding
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.equipment.standards import certificate_versions
from models.organization.records import Person
from models.training.certificates import registry
from models.training.certificates.operator_code_text import read_codes
from models.training.records import CREATE_CERTIFICATES, Certificate

LOOK_UPS = usage_limits.UsageLimit(
    "registry_lookups", 200, timedelta(hours=1), "匹配得太密",
    "您 1 小时内已按身份证号匹配了 200 次", "批量的人员请用导入；{minutes} 分钟后再单个匹配",
)  # fmt: skip
_NUMBER, _CODE = Certificate.number.max, Certificate.code.max


def has_registry() -> bool:
    """Whether the installation has a registry to ask."""
    return registry.current() is not None


def attach_from_registry(person: Person) -> list[Certificate]:
    """Attach what the registry has of the person, and give it; entries that are there are brought up to date.

    A registry that cannot be read finds nothing: entering a person never fails for it.
    """
    return [_attach(person, entry) for entry in _fitting(person)]


def certificates_of(person: Person) -> list[Certificate]:
    """What the registry has of somebody new, as rows that are not written yet."""
    return [
        Certificate(company=person.company_id, number=entry.number, code=entry.code, **_values(entry))
        for entry in _fitting(person)
    ]


def _fitting(person: Person) -> list[registry.FoundCertificate]:
    source = registry.current()
    if source is None:
        return []
    found = [one for entry in source.find(person.id_number) for one in _spelled(entry)]
    return [entry for entry in found if len(entry.number) <= _NUMBER and len(entry.code) <= _CODE]


def _spelled(entry: registry.FoundCertificate) -> list[registry.FoundCertificate]:
    """An entry for each project that its code names, whatever registry it came from: Q2（限桥式起重机） is Q2 with a limit."""
    named = read_codes(entry.code, registry.PROJECTS)
    limits = "" if says_nothing(entry.limits) else entry.limits
    return [
        replace(entry, code=one.code, limits=registry.limit_of(one, limits, alone=len(named) == 1))
        for one in named
    ]


def _values(entry: registry.FoundCertificate) -> dict[str, Any]:
    return {
        "limits": entry.limits[: Certificate.limits.max] or None,
        "issuer": entry.issuer[: Certificate.issuer.max] or None,
        "issued_on": entry.issued_on,
        "valid_until": entry.valid_until,
        "state": entry.state,
        "catalogue": entry.catalogue,
        "source": "registry",
    }


def _attach(person: Person, entry: registry.FoundCertificate) -> Certificate:
    values = _values(entry)
    there = Certificate.get_or_none(
        Certificate.person == person.id, Certificate.number == entry.number, Certificate.code == entry.code
    )
    if there is None:
        return Certificate.create(
            company=person.company_id, person=person.id, number=entry.number, code=entry.code, **values
        )
    if any(getattr(there, name) != value for name, value in values.items()):
        there.change(**values, rules=certificate_versions())
    return there


def look_up(actor: Actor, values: dict[str, Any]) -> ProbeFinding:
    """What the registry has under the ID number in a form, before the person is saved (Q04)."""
    source = registry.current()
    if actor.account_id is not None:
        usage_limits.spend(LOOK_UPS, actor.account_id)
    if source is None:
        return ProbeFinding("系统没有配置资质库，保存后请手工录入证照", "warn")
    found = source.find(values["id_number"])
    if not found:
        return ProbeFinding("没有匹配到资质证书，请核对身份证号，或保存后手工录入", "warn")
    today = clock.today()
    valid = [item for item in found if item.state == "valid" and item.valid_until >= today]
    facts = tuple((f"{item.code}（{item.number}）", _how_long(item, today)) for item in found)
    if not valid:
        return ProbeFinding("匹配到的证书都已失效，不能用来上岗", "bad", facts)
    return ProbeFinding(f"校验通过：匹配到 {len(valid)} 项有效证书，保存后自动带入", "good", facts)


def _how_long(item: registry.FoundCertificate, today: date) -> str:
    if item.state != "valid":
        return "已注销"
    words = "有效期至" if item.valid_until >= today else "已过期"
    return f"{words} {item.valid_until.isoformat()}"


def match_from_registry(actor: Actor, persons: Sequence[Person]) -> str:
    """Look people up in the registry and say what came of it: 校验通过 or 没有匹配到.

    Raises Conflict `no_registry` where the installation has none.
    """
    actor.require(CREATE_CERTIFICATES)
    if not has_registry():
        raise Conflict(
            "现在不能匹配资质",
            code="no_registry",
            cause="系统没有配置资质库文件",
            advice="请联系系统管理员配置，或手工录入证照",
        )
    missed = []
    passed = 0
    for person in persons:
        found = attach_from_registry(person)
        if found:
            passed += 1
            line = {"field": "certificates", "title": "证照", "old": None, "new": _in_words(found)}
            history.note(actor, person, "matched", [line])
        else:
            missed.append(person.name)
    if not missed:
        return f"校验通过：{passed} 人都匹配到了资质证书"
    names = "、".join(missed[:5]) + ("等" if len(missed) > 5 else "")
    passed_words = f"校验通过 {passed} 人；" if passed else ""
    return f"{passed_words}{names}没有匹配到资质证书，请手工录入"


def _in_words(found: list[Certificate]) -> str:
    return "、".join(f"{item.code}（{item.number}）" for item in found)
