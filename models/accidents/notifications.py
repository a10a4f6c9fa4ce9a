"""From what happened to an accident to who is told of it, and how (G02, X04).

The relay asks these for each piece of news. They look at what is there now: who belongs to the unit still, and who was
told already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.accidents.access import SUBJECT
from models.accidents.alarm import first_responders
from models.accidents.display.accident_json import level_text
from models.accidents.records import Accident, AccidentVersion
from models.accidents.report import bursts
from models.accidents.report.unverified import UNVERIFIED, caller_of
from models.core.events.outbox import TAKEN, WAITING, Outbox
from models.core.text.date_words import stamp
from models.messages.channels.records import SMS, SYSTEM
from models.messages.escalation.presets import Receivers, bound, expand, preset_receivers
from models.messages.inbox.past_recipients import told_before, was_told
from models.messages.records import REPORTER, URGENT
from models.messages.tellers import teller
from models.organization.records import Company, Person

if TYPE_CHECKING:
    from models.messages.tell import Telling

_UNKNOWN = "不详"


@teller("accident.reported")
def reported(row: Outbox) -> Telling | None:
    """The first report: to those chosen or preset; everybody but the reporter must answer, unless it is over by now."""
    accident = _accident(row)
    receivers = _receivers(accident)
    persons, groups = _at_first(accident, receivers)
    if _payload(row).get("passed_on"):
        before, _ = told_before(SUBJECT, accident.id)
        persons = [person for person in persons if person not in set(before)]
    mark = f"（{UNVERIFIED}）" if accident.unverified else ""
    return _telling(
        accident, row, f"事故快报{mark} {level_text(accident)}", summary(accident), persons, groups,
        ways=receivers.ways, chain=receivers.chain if accident.state == "open" else None,
        needs_answer=accident.state == "open",
    )  # fmt: skip


def _at_first(accident: Accident, receivers: Receivers) -> tuple[list[int], tuple[int, ...]]:
    """Who a report is first told to: those chosen or preset; one by a stranger those who can judge it."""
    if accident.narrow:
        return first_responders.of_unit(accident.company_id, accident.grid_id), ()
    persons = expand(receivers, accident.company_id)
    if not persons and not receivers.groups:
        # A preset whose people have all left must not make an accident be told to nobody.
        persons = expand(Receivers(ways=receivers.ways), accident.company_id)
    return persons, receivers.groups


@teller("accident.updated")
def updated(row: Outbox) -> Telling | None:
    """续报 or 更正: to whoever was told before. Worse news (a death, a higher class, a new need) is a new alarm to all of
    them, to be answered; of a risen level to its own preset's people too."""
    accident, payload = _accident(row), _payload(row)
    if accident.burst_id is not None:
        return bursts.supplemented(row, accident)
    rose, kind = bool(payload.get("rose")), "更正" if payload.get("revision") == "correction" else "续报"
    receivers = _receivers(accident)
    persons, groups = _told(accident, receivers)
    ways, chain = receivers.ways, receivers.chain
    worse = [str(each) for each in payload.get("worse") or ()]
    rings = bool(worse) and accident.state == "open"
    if rose and not accident.narrow:
        more = preset_receivers(accident.company_id, payload.get("level") or accident.level)
        persons = sorted({*persons, *expand(more, accident.company_id)})
        groups = sorted({*groups, *more.groups})
        ways, chain = tuple(dict.fromkeys((*ways, *more.ways))), more.chain or chain
    title = f"事故{kind}：{'，'.join(worse)}" if worse else f"事故{kind}"
    return _telling(
        accident, row, f"{title} {level_text(accident)}", _news(accident, payload["version"]), persons, groups,
        ways=ways if worse else _quietly(ways), chain=chain if rings else None, needs_answer=rings,
    )  # fmt: skip


@teller("accident.closed")
def closed(row: Outbox) -> Telling | None:
    """The end: to whoever was told before; nothing is to be answered any more."""
    accident = _accident(row)
    if accident.burst_id is not None:
        return bursts.supplemented(row, accident)
    receivers = _receivers(accident)
    persons, groups = _told(accident, receivers)
    text = f"{summary(accident)}\n处置结果：{accident.closing or ''}"
    return _telling(
        accident, row, "事故处置结束", text, persons, groups, ways=_quietly(receivers.ways), chain=None,
        needs_answer=False,
    )  # fmt: skip


def _accident(row: Outbox) -> Accident:
    found: Accident = Accident.get_by_id(row.subject_id)
    return found


def _payload(row: Outbox) -> dict[str, Any]:
    given: Any = row.payload
    return given or {}


def _receivers(accident: Accident) -> Receivers:
    """What the first version keeps of whom to tell."""
    first = AccidentVersion.get(AccidentVersion.accident == accident.id, AccidentVersion.number == 1)
    return Receivers.from_json(first.facts["receivers"])


def _told(accident: Accident, receivers: Receivers) -> tuple[list[int], list[int]]:
    """Everybody who was told, deputies and superiors with them, and the groups; who left the unit is left out."""
    persons, groups = told_before(SUBJECT, accident.id)
    first, chats = _at_first(accident, receivers)
    if _is_being_told(accident) or not was_told(SUBJECT, accident.id):
        persons = sorted({*persons, *first})
    return persons, sorted({*groups, *chats})


def _is_being_told(accident: Accident) -> bool:
    """Whether the first report is still on its way to some (thousands are told piece by piece)."""
    waiting = Outbox.state.in_((WAITING, TAKEN)) & (Outbox.kind == "accident.reported")
    return bool(Outbox.select().where(waiting, Outbox.subject_id == accident.id).exists())


def _quietly(ways: tuple[str, ...]) -> tuple[str, ...]:
    """The ways for what needs no answer: SMS are saved where another way pushes too."""
    fewer = tuple(way for way in ways if way != SMS)
    return fewer if set(fewer) - {SYSTEM} else ways


def _telling(
    accident: Accident, row: Outbox, title: str, text: str, persons: list[int], groups: Any, *,
    ways: tuple[str, ...], chain: int | None, needs_answer: bool,
) -> Telling | None:  # fmt: skip
    from models.messages.tell import Telling

    why = {}
    reporter = accident.reporter_id
    if reporter is not None and (reporter in persons or bound().where(Person.id == reporter).exists()):
        # The reporter knows; the notice keeps the accident among their messages and is not escalated.
        persons = sorted({*persons, reporter})
        why[reporter] = REPORTER
    if not persons and not groups:
        return None
    return Telling(
        company_id=accident.company_id,
        kind=row.kind,
        subject_kind=SUBJECT,
        subject_id=accident.id,
        subject_version=_payload(row).get("version", accident.versions),
        title=title,
        text=text,
        card=card(accident, title),
        link=f"/pages/accident/index?id={accident.id}",
        urgency=URGENT,
        needs_answer=needs_answer,
        persons=persons,
        why=why,
        ways=ways,
        groups=tuple(groups),
        chain_id=chain,
    )


def summary(accident: Accident) -> str:
    """The accident in a few lines: number, what, where, when, casualties, level."""
    where = f"{_company(accident)} {accident.place}"
    return "\n".join(
        (
            f"{accident.number} {accident.what}",
            f"地点：{where}",
            f"时间：{stamp(accident.happened_at)}",
            f"伤亡：{casualties(accident)}",
            f"等级：{level_text(accident)}",
            *((f"现场需要：{accident.needs}",) if accident.needs else ()),
            *((f"报告人：{caller_of(accident)}",) if accident.unverified else ()),
        )
    )


def casualties(accident: Accident) -> str:
    """The casualties in words; what nobody knows yet is said to be unknown, never 0."""
    told = [
        f"{name} {_UNKNOWN if number is None else f'{number} 人'}"
        for name, number in (("死亡", accident.deaths), ("重伤", accident.serious_injuries))
    ]
    told += [
        f"{name} {number} 人"
        for name, number in (("轻伤", accident.minor_injuries), ("下落不明", accident.missing))
        if number is not None
    ]
    return "，".join(told)


def _company(accident: Accident) -> str:
    return str(Company.get_by_id(accident.company_id).name)


def _news(accident: Accident, number: int) -> str:
    """What a version changed, old and new, and the accident as it stands."""
    version = AccidentVersion.get(AccidentVersion.accident == accident.id, AccidentVersion.number == number)
    lines = [
        f"{line['title']}：{_UNKNOWN if line['old'] is None else line['old']} → "
        f"{_UNKNOWN if line['new'] is None else line['new']}"
        for line in version.changed or []
    ]
    said = [f"说明：{version.note}"] if version.note else []
    return "\n".join([summary(accident), *lines, *said])


def card(accident: Accident, title: str) -> dict[str, Any]:
    """The neutral card (fields of bots/card.py) as it was first told; what is sent is composed anew."""
    return {
        "kind": SUBJECT,
        "subject_id": accident.id,
        "version": accident.versions,
        "title": title,
        "lead": accident.what,
        "number": accident.number,
        "tone": "done" if accident.state == "closed" else "alarm",
        "facts": [
            {"name": "地点", "value": f"{_company(accident)} {accident.place}"},
            {"name": "时间", "value": stamp(accident.happened_at)},
            {"name": "伤亡", "value": casualties(accident)},
            {"name": "等级", "value": level_text(accident)},
        ],
        "path": f"/pages/accident/index?id={accident.id}",
        "outcome": accident.closing or "" if accident.state == "closed" else "",
    }
