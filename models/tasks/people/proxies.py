"""Standing in for somebody from one day to another (X05): both may do the tasks meanwhile, and both are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from peewee import ModelSelect

from models.administration.accounts.authority import require_person_no_greater
from models.core import clock, history
from models.core.db.connection import is_sqlite
from models.core.db.queries import prepared
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.events.outbox import announce
from models.core.fields import Integer
from models.core.security.actor import Actor
from models.core.settings import CompanySetting
from models.organization.records import Binding, Person
from models.tasks.records import Proxy
from models.tasks.rights import EDIT_PROXIES

Values = dict[str, Any]
LONGEST = CompanySetting(
    "proxy-days",
    "任务和审批",
    Integer("代理最长", min=1, max=366, unit="天", help="一段代理从头到尾最多几天"),
    default=366,
)


def acting_for(person_ids: Iterable[int], day: date | None = None) -> dict[int, int]:
    """Whom these persons may act for on a day (default: today): the absent one → which of them stands in.

    Who stands in for somebody that stands in for a third may act for the third too; a circle leads nowhere.
    """
    own = set(person_ids)
    found: dict[int, int] = {}
    asked = {person: person for person in own}
    while asked:
        rows = _standing_in(day or clock.today(), sorted(asked))
        asked = {
            row.person_id: asked[row.proxy_id]
            for row in rows
            if row.person_id not in own and row.person_id not in found
        }
        found.update(asked)
    return found


def stand_ins(person_ids: Iterable[int], day: date | None = None) -> dict[int, list[int]]:
    """Who stands in for these persons on a day (default: today), by the absent one; those of a chain as well."""
    wanted = sorted(set(person_ids))
    found: dict[int, list[int]] = defaultdict(list)
    asked: dict[int, set[int]] = {person: {person} for person in wanted}
    while asked:
        after: dict[int, set[int]] = defaultdict(set)
        for row in _stood_in_for(day or clock.today(), sorted(asked)):
            for absent in asked[row.person_id]:
                if row.proxy_id != absent and row.proxy_id not in found[absent]:
                    found[absent].append(row.proxy_id)
                    after[row.proxy_id].add(absent)
        asked = after
    return {absent: proxies for absent, proxies in found.items() if proxies}


def _on(day: Any, who: Any) -> ModelSelect:
    """What holds on a day, for people who both belong to the unit."""
    here = Binding.select(Binding.person).where(Binding.state == "approved")
    query = Proxy.select().where(who, Proxy.starts_on <= day, Proxy.ends_on >= day, Proxy.ended_at.is_null())
    return query.where(Proxy.proxy.in_(here)).order_by(Proxy.id)


@prepared
def _standing_in(day: date, proxies: list[int]) -> ModelSelect:
    return _on(day, Proxy.proxy.in_(proxies))


@prepared
def _stood_in_for(day: date, persons: list[int]) -> ModelSelect:
    return _on(day, Proxy.person.in_(persons))


def set_proxy(actor: Actor, values: Values) -> Proxy:
    """Have somebody stand in for a person from day to day (X05); both are told.

    Raises Forbidden for another's absence without the right, for somebody greater and for oneself as the stand-in of
    another, Invalid at the fields, Conflict `overlapping` where
    somebody else stands in on one of these days.
    """
    actor.require(EDIT_PROXIES)
    absent, proxy = _person("person", values), _person("proxy", values)
    actor.require(EDIT_PROXIES, Proxy(company=absent.company_id, person=absent.id))
    _check(absent, proxy, values)
    check_for_another(actor, absent, proxy)
    _lock(absent)
    _refuse_overlap(absent, values["starts_on"], values["ends_on"])
    made = Proxy.create(
        company=absent.company_id, person=absent.id, proxy=proxy.id, starts_on=values["starts_on"],
        ends_on=values["ends_on"], reason=values.get("reason"),
    )  # fmt: skip
    history.note(actor, made, "created", history.differences(Proxy, {}, values))
    announce("proxy.set", made, ledger="proxies", by=actor.name)
    return made


def check_for_another(actor: Actor, absent: Person, proxy: Person) -> None:
    """Who says that somebody else is away takes neither their place nor decides over somebody greater (I1)."""
    if absent.id in actor.person_ids:
        return
    if proxy.id in actor.person_ids:
        raise Forbidden(
            "不能让自己代理别人",
            code="own_proxy",
            cause="代理人可以替本人审批，要由本人或别的管理员来设",
            advice="请让本人自己设，或者请别的管理员来设",
        )
    require_person_no_greater(actor, absent, "设代理")


def end_early(actor: Actor, proxy: Proxy) -> Proxy:
    """The absent one is back before the day (X05). Raises Conflict `wrong_state` if it is over already."""
    actor.require(EDIT_PROXIES, proxy)
    if proxy.ended_at is not None or proxy.ends_on < clock.today():
        raise Conflict(
            "这段代理已经结束",
            code="wrong_state",
            cause="它已到期，或者已提前结束",
            advice="不用再操作；需要时请另设一段代理",
        )
    proxy.change(ended_at=clock.now())
    history.note(actor, proxy, "end_early")
    announce("proxy.set", proxy, ledger="proxies", by=actor.name, ended=True)
    return proxy


def _person(name: str, values: Values) -> Person:
    found = Person.get_or_none(Person.id == (values.get(name) or 0))
    if found is None:
        raise Invalid(fields={name: "请选择人员"})
    return found


def _check(absent: Person, proxy: Person, values: Values) -> None:
    wrong: dict[str, str] = {}
    if proxy.id == absent.id:
        wrong["proxy"] = "代理人不能是本人"
    elif proxy.company_id != absent.company_id:
        wrong["proxy"] = "代理人要和本人在同一个单位"
    elif not _here(proxy):
        wrong["proxy"] = "代理人已不在这个单位"
    if not _here(absent):
        wrong["person"] = "本人已不在这个单位"
    first, last = values.get("starts_on"), values.get("ends_on")
    if first is None or last is None:
        wrong["starts_on" if first is None else "ends_on"] = "请填写日期"
    elif last < first:
        wrong["ends_on"] = "结束日期不能早于开始日期"
    elif last < clock.today():
        wrong["ends_on"] = "这段时间已经过去"
    elif (last - first).days > LONGEST.of(absent.company_id):
        wrong["ends_on"] = f"一次最多设 {LONGEST.of(absent.company_id)} 天"
    if wrong:
        raise Invalid(fields=wrong)


def _here(person: Person) -> bool:
    mine = (Binding.person == person.id) & (Binding.state == "approved")
    return bool(Binding.select().where(mine).exists())


def _lock(person: Person) -> None:
    """No unique key can say that two spans of days don't overlap; so whoever sets one for a person waits for others."""
    query = Person.select(Person.id).where(Person.id == person.id)
    list(query if is_sqlite() else query.for_update())


def _refuse_overlap(absent: Person, first: date, last: date) -> None:
    there = (
        Proxy.select()
        .where(Proxy.person == absent.id, Proxy.ended_at.is_null())
        .where(Proxy.starts_on <= last, Proxy.ends_on >= first)
        .first()
    )
    if there is None:
        return
    name = Person.get_by_id(there.proxy_id).name
    span = f"{there.starts_on:%Y-%m-%d} 到 {there.ends_on:%Y-%m-%d}"
    raise Conflict(
        "这几天已经有代理人",
        code="overlapping",
        cause=f"{span} 由{name}代理",
        advice="请换日期，或者先提前结束那一段",
        details={"proxy": str(there.id)},
    )


__all__ = ["acting_for", "check_for_another", "end_early", "set_proxy", "stand_ins"]
