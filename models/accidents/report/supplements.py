"""What is learnt after the first report: 续报, 更正 and the end, each a version of its own (G02)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from models.accidents import photos
from models.accidents.access import SUBJECT, find, invalid, permitted
from models.accidents.alarm import calls
from models.accidents.records import CLOSE_ACCIDENTS, EDIT_ACCIDENTS, Accident, AccidentVersion
from models.accidents.regulations import reporting_duties
from models.accidents.regulations.classify import judge
from models.accidents.regulations.standards import rules_for
from models.accidents.report import bursts
from models.accidents.report.facts import CASUALTIES, Values, as_kept, clean_facts, differing
from models.core import clock, history
from models.core.errors import Conflict, Invalid, Malformed
from models.core.events.outbox import announce
from models.core.fields import moment_text
from models.core.security import usage_limits
from models.core.security.actor import Actor, missing_right
from models.messages.escalation import hooks

#: Of the reporter; who may edit accidents writes as often as there is news.
SUPPLEMENTS = usage_limits.UsageLimit(
    "accident_supplements", 20, timedelta(hours=1), "续报得太密",
    "1 小时内您已续报了 20 次，收到的人来不及看", "请把新的情况写在一次续报里，{minutes} 分钟后再报；情况紧急请打电话",
)  # fmt: skip
FOLLOW_UP, CORRECTION, CLOSING = "follow_up", "correction", "closing"
#: What the program keeps beside the facts.
UNTOLD = ("rules_version", "basis")
KINDS = {"first": "初报", FOLLOW_UP: "续报", CORRECTION: "更正", CLOSING: "结束"}


def supplement(actor: Actor, accident_id: int, data: Mapping[str, Any], version: int) -> Accident:
    """Add what has been learnt (续报), or put right what was wrong (更正, with `correction`): G02.

    `data` has only what changes, `note`, and `photos` to be added; `version` is the number of the version that the
    caller knows. Raises Conflict `changed_meanwhile` with who changed what if there is a newer one, Invalid
    `needs_correction` where the level would fall without being a correction, Invalid at the fields, NotFound,
    Forbidden. The very same again, from the same account, gives the accident as it is.
    """
    accident = find(actor, accident_id)
    kind = CORRECTION if data.get("correction") else FOLLOW_UP
    if not permitted(actor, accident)["correct" if kind == CORRECTION else "update"]:
        raise missing_right(EDIT_ACCIDENTS, actor, reach=actor.rights.get(EDIT_ACCIDENTS))
    values = differing(accident, clean_facts(data, accident.company_id, accident))
    note = _note(data.get("note"))
    if kind == CORRECTION and note is None:
        raise invalid("note", "请写明为什么更正")
    named = {int(item) for item in data.get("photos") or ()}
    added = photos.waiting(actor, sorted(named))
    if version != accident.versions:
        if _is_repeat(actor, accident, version, kind, values, note):
            return accident
        raise changed(accident, version)
    if not values and not added and note is None:
        if named:
            raise invalid("photos", "照片没有找到，可能已过期，请重新上传")
        raise Invalid("没有新的内容", cause="没有一项和现在的不一样", fields={"note": "请写明新的情况"})
    if not actor.may(EDIT_ACCIDENTS, accident):
        usage_limits.spend(SUPPLEMENTS, accident.id, actor.account_id)
    return _written(actor, accident, kind, values, note, added)


def supplement_with(
    actor: Actor, accident: Accident, values: Values, note: str, added: Iterable[int]
) -> Accident:
    """What a further witness adds (same_place.py): the caller has checked who, and that nothing known is changed."""
    return _written(actor, accident, FOLLOW_UP, values, note, set(added))


def _written(
    actor: Actor, accident: Accident, kind: str, values: Values, note: str | None, added: set[int]
) -> Accident:
    """Change the accident, and keep it as its newest version. Raises Conflict `changed_meanwhile`."""
    version = accident.versions
    rose = _grade(accident, values, kind)
    before = dict(accident.__data__)
    try:
        accident.change(**values, versions=accident.versions + 1)
    except Conflict as error:
        raise changed(Accident.get_by_id(accident.id), version) from error
    photos.take(actor, accident, sorted(added))
    told = {name: value for name, value in values.items() if name not in UNTOLD}
    lines = history.differences(Accident, before, told)
    if added:
        lines.append({"field": "photos", "title": "照片", "old": None, "new": f"新增 {len(added)} 张"})
    if reporting_duties.FOLLOWED & values.keys():
        reporting_duties.follow(accident)
    if any(name in values for name in CASUALTIES):
        reporting_duties.owe_supplement(accident)
    _keep(
        actor, accident, kind, lines, note, rose=rose, worse=_worse(before, values, accident.level, rose=rose)
    )
    return accident


def _worse(before: Values, values: Values, level: str, *, rose: bool) -> list[str]:
    """What makes it a new alarm to everybody: a death more than was known, a higher class, a new need."""
    told = []
    deaths, known = values.get("deaths") or 0, before.get("deaths") or 0
    if deaths > known:
        told.append(f"死亡 {deaths} 人")
    if rose:
        told.append(f"等级上调为{level}")
    if values.get("needs"):
        told.append(f"需要{values['needs']}")
    return told


def _grade(accident: Accident, values: Values, kind: str) -> bool:
    """Put the level that follows into `values`; tells whether it rose. Raises Invalid `needs_correction`."""
    whole = {**accident.__data__, **values}
    judged = judge(whole)
    level, rules = judged.level, rules_for(whole["happened_at"]).rules
    step = rules.rank(level) - rules.rank(accident.level)
    if step < 0 and kind != CORRECTION:
        sentence = f"这样等级会从{accident.level}降为{level}，续报不能降级"
        raise Invalid(
            "续报不能降低事故等级",
            code="needs_correction",
            cause=f"按现在填的人数和损失，等级会从{accident.level}降为{level}",
            advice="如果原来报错了，请安全管理员用“更正”修改，并写明原因",
            fields={name: sentence for name in CASUALTIES if name in values},
        )
    values.update(differing(accident, judged.kept()))
    return step > 0


def _is_repeat(
    actor: Actor, accident: Accident, version: int, kind: str, values: Values, note: str | None
) -> bool:
    """Whether the newest version is this very request, whose answer got lost on the way."""
    if values or version != accident.versions - 1:
        return False
    last = newest(accident)
    return (last.by_account_id, last.kind, last.note) == (actor.account_id, kind, note)


def _note(given: Any) -> str | None:
    if given in (None, ""):
        return None
    try:
        text: str | None = AccidentVersion.note.clean(given)
        return text
    except Malformed as error:
        raise invalid("note", error.message) from None


def newest(accident: Accident) -> AccidentVersion:
    """The accident's latest version."""
    query = AccidentVersion.select().where(AccidentVersion.accident == accident.id)
    found: AccidentVersion = query.order_by(AccidentVersion.number.desc()).first()
    return found


def changed(accident: Accident, version: int) -> Conflict:
    """The refusal for who knows an older version: it says who has changed what since."""
    query = AccidentVersion.select().where(
        AccidentVersion.accident == accident.id, AccidentVersion.number > version
    )
    since = list(query.order_by(AccidentVersion.number))
    told = [
        f"{row.by_name}在 {clock.local(row.at):%H:%M} {KINDS[row.kind]}了"
        f"{'、'.join(line['title'] for line in row.changed or []) or '说明'}"
        for row in since
    ]
    return Conflict(
        "这起事故刚有新的续报",
        code="changed_meanwhile",
        cause="；".join(told) or "您看到的不是最新的内容",
        advice="请对照现在的内容，再提交您的续报",
        details={
            "version": accident.versions,
            "since": [
                {
                    "number": row.number,
                    "kind": row.kind,
                    "by": row.by_name,
                    "at": moment_text(row.at),
                    "changed": row.changed,
                }
                for row in since
            ],
        },
    )


def close(actor: Actor, accident_id: int, closing: str) -> Accident:
    """End the handling of an accident, with how it ended (G02). Casualties may still be supplemented afterwards.

    Raises Invalid at `closing`, Conflict `wrong_state` if it has ended already, NotFound, Forbidden.
    """
    accident = find(actor, accident_id)
    actor.require(CLOSE_ACCIDENTS, accident)
    try:
        said = Accident.closing.clean(closing or "")
    except Malformed as error:
        raise invalid("closing", error.message) from None
    if said is None:
        raise invalid("closing", "请写明处置结果")
    values = {"closing": said, "closed_at": clock.now(), "versions": accident.versions + 1}
    accident.move("close", actor, **values)
    hooks.closed(SUBJECT, accident.id)
    calls.end(accident)
    if accident.burst_id is not None:
        bursts.judged(actor, accident.burst_id)
    lines = history.differences(Accident, {"state": "open"}, {"state": accident.state, "closing": said})
    _keep(actor, accident, CLOSING, lines, None, rose=False, worse=[])
    return accident


def _keep(
    actor: Actor, accident: Accident, kind: str, lines: list[dict[str, Any]], note: str | None, *, rose: bool,
    worse: list[str],
) -> None:  # fmt: skip
    """Keep the accident as it stands now as its newest version, and say what happened."""
    AccidentVersion.create(
        accident=accident.id,
        number=accident.versions,
        kind=kind,
        facts=as_kept(accident) | ({"worse": worse} if worse else {}),
        changed=lines,
        note=note,
        by_name=actor.name[:30],
        by_account_id=actor.account_id,
    )
    history.note(actor, accident, {CLOSING: "close", CORRECTION: "correct"}.get(kind, "edited"), lines)
    announce(
        "accident.closed" if kind == CLOSING else "accident.updated", accident, ledger="accidents",
        version=accident.versions, revision=kind, rose=rose, worse=worse, level=accident.level,
        changed=[line["title"] for line in lines], note=note,
    )  # fmt: skip


def correct(actor: Actor, accident_id: int, data: Mapping[str, Any], version: int) -> Accident:
    """`supplement` as a correction: the level may fall, and it says why. Raises as that does."""
    return supplement(actor, accident_id, {**data, "correction": True}, version)
