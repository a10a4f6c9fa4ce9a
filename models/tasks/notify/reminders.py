"""News that ring again about a step that is still open: an urging, its deadline, nobody there to do it (H05, H06)."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.tasks.notify.cases import CaseNews, note, told_of, with_stand_ins
from models.tasks.people.resolve import found_by
from models.tasks.people.responsible import persons_with
from models.tasks.records import OPEN, CaseStep
from models.tasks.rights import REASSIGN_TASKS
from models.tasks.timing.audit_fixes import fixes
from models.tasks.views import case_snapshot
from models.tasks.views.items import names_of

_ORPHANED = "请在“所有审批”里点“调整办理人”"


@teller("step.urged")
def urged(row: Outbox) -> Telling | None:
    """To those whose turn it is: somebody waits for them."""
    told = told_of(row)
    if told is None or not _open(told.step):
        return None
    said = told.payload.get("comment") or ""
    lead = f"{told.payload.get('by') or ''}在催办{'：' + said if said else ''}"
    persons, why = with_stand_ins(case_snapshot.holders(told.step.id) if told.step is not None else ())
    return note(row, told, f"催办 · 待{_title(told)}", lead, persons, subject_id=row.id, why=why)


@teller("step.due_soon")
def due_soon(row: Outbox) -> Telling | None:
    """To those whose turn it is: the deadline comes near. Small news."""
    told = told_of(row)
    if told is None or told.step is None or not _open(told.step):
        return None
    persons, why = with_stand_ins(case_snapshot.holders(told.step.id))
    return note(row, told, f"快到期 · 待{_title(told)}", "", persons, subject_id=row.id, why=why, bundle=True)


@teller("step.overdue")
def overdue(row: Outbox) -> Telling | None:
    """To whom the ladder names: who has not done it by now."""
    told = told_of(row)
    if told is None or told.step is None or not _open(told.step):
        return None
    late = case_snapshot.holders(told.step.id)
    scene = case_snapshot.scene_of(told.case, late)
    rules: Any = told.payload.get("who") or ()
    found = [] if scene is None else [one.person_id for one in found_by(rules, scene)]
    persons, why = with_stand_ins(found)
    names = names_of(late)
    lead = f"还没有办：{'、'.join(names[person] for person in late if person in names)}"
    return note(row, told, f"超时 · 待{_title(told)}", lead, persons, subject_id=row.id, why=why)


@teller("step.stranded")
def stranded(row: Outbox) -> Telling | None:
    """To who may reassign at the company: nobody is there to do it, and who could."""
    told = told_of(row)
    if told is None or told.step is None or not (_open(told.step) and told.step.stranded):
        return None
    offered = fixes(told.case, told.step)
    hint = f"可以交给{'、'.join(f'{one.name}（{one.why}）' for one in offered)}；" if offered else ""
    persons = persons_with(REASSIGN_TASKS, told.case.company_id)
    lead = f"“{told.step.title}”这一步没有人能办：原办理人已离开，或账号已停用。{hint}{_ORPHANED}"
    return note(row, told, "没有人办理", lead, persons, subject_id=row.id)


@teller("step.locked")
def locked(row: Outbox) -> Telling | None:
    """To who may reassign: everybody who is asked is locked out, and until when."""
    told = told_of(row)
    if told is None or not _open(told.step):
        return None
    names = "、".join(told.payload.get("names") or ())
    lead = (
        f"{names}的账号因多次输错密码被锁定，{told.payload.get('until')} 起陆续自动解锁。任务还在他们那里，"
        "已登录的手机和聊天卡片照样能办；急的话，可以在“用户”里解锁，或者调整办理人"
    )
    return note(
        row, told, "账号锁定", lead, persons_with(REASSIGN_TASKS, told.case.company_id), subject_id=row.id
    )


@teller("case.broken")
def broken(row: Outbox) -> Telling | None:
    """To who may reassign: the auditor has found that a case does not stand as it must."""
    told = told_of(row)
    if told is None:
        return None
    lead = f"{told.payload.get('detail') or ''}。请打开查看，可以调整办理人，或者撤回后重新发起"
    persons = persons_with(REASSIGN_TASKS, told.case.company_id)
    return note(row, told, "流程异常", lead, persons, subject_id=row.id)


def _open(step: CaseStep | None) -> bool:
    return step is not None and step.state == OPEN


def _title(told: CaseNews) -> str:
    return told.step.title if told.step is not None else "办理"
