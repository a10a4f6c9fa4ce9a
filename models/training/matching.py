"""Finding a person's certificates in the registry and attaching them (Q04, 匹配资质)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.core import clock, history
from models.core.actor import Actor
from models.core.errors import Conflict
from models.core.ledger import Finding
from models.organization.records import Person
from models.training import registry
from models.training.records import CREATE_CERTIFICATES, Certificate

_NUMBER, _CODE = Certificate.number.max, Certificate.code.max


def has_registry() -> bool:
    """Whether the installation has a registry to ask."""
    return registry.current() is not None


def attach_from_registry(person: Person) -> list[Certificate]:
    """Attach what the registry has of the person, and give it; entries that are there are brought up to date.

    A registry that cannot be read finds nothing: entering a person never fails for it.
    """
    source = registry.current()
    found = source.find(person.id_number) if source is not None else []
    fitting = [entry for entry in found if len(entry.number) <= _NUMBER and len(entry.code) <= _CODE]
    return [_attach(person, entry) for entry in fitting]


def _attach(person: Person, entry: registry.FoundCertificate) -> Certificate:
    values: dict[str, Any] = {
        "limits": entry.limits[: Certificate.limits.max] or None,
        "issuer": entry.issuer[: Certificate.issuer.max] or None,
        "issued_on": entry.issued_on,
        "valid_until": entry.valid_until,
        "state": entry.state,
        "catalogue": entry.catalogue,
        "source": "registry",
    }
    there = Certificate.get_or_none(
        Certificate.person == person.id, Certificate.number == entry.number, Certificate.code == entry.code
    )
    if there is None:
        return Certificate.create(
            company=person.company_id, person=person.id, number=entry.number, code=entry.code, **values
        )
    if any(getattr(there, name) != value for name, value in values.items()):
        there.change(**values)
    return there


def look_up(actor: Actor, values: dict[str, Any]) -> Finding:
    """What the registry has under the ID number in a form, before the person is saved (Q04)."""
    source = registry.current()
    if source is None:
        return Finding("系统没有配置资质库，保存后请手工录入证照", "warn")
    found = source.find(values["id_number"])
    if not found:
        return Finding("没有匹配到资质证书，请核对身份证号，或保存后手工录入", "warn")
    today = clock.today()
    valid = [item for item in found if item.state == "valid" and item.valid_until >= today]
    facts = tuple((f"{item.code}（{item.number}）", _how_long(item, today)) for item in found)
    if not valid:
        return Finding("匹配到的证书都已失效，不能用来上岗", "bad", facts)
    return Finding(f"校验通过：匹配到 {len(valid)} 项有效证书，保存后自动带入", "good", facts)


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
