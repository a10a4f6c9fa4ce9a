"""What is told of a hazard by preset: to people and group chats named for its severity (E09, G02).

The steps of its case are told by the engine (models/tasks/notify/cases.py) to who has to do with them. This is for who only
needs to know, such as the group's chat of major hazards: that there is one, and what became of it.
"""

from __future__ import annotations

from models.core.events.outbox import Outbox
from models.core.text.regulation_names import short_basis
from models.hazards.display.on_cards import Beside
from models.hazards.records import CLOSED, REJECTED, UNDER_WAY, WITHDRAWN, Hazard, basis_said
from models.hazards.workflow import HAZARD, phone_path, title
from models.messages.channels.records import CARD
from models.messages.escalation.presets import expand, hazard_receivers
from models.messages.inbox.past_recipients import told_before, was_told
from models.messages.records import NORMAL
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.organization.records import Company
from models.tasks.records import OPEN, RUNNING, Case, CaseStep
from models.tasks.wording import asked, before

SUBJECT = "hazard"
_ENDED = {CLOSED: "已闭环", REJECTED: "不是隐患", WITHDRAWN: "已撤回"}


@teller("hazard.confirmed")
def confirmed(row: Outbox) -> Telling | None:
    """To whom the presets of its level name, and whoever was told before: its level may have been another."""
    hazard = Hazard.get_or_none(Hazard.id == row.subject_id)
    return None if hazard is None or hazard.state not in UNDER_WAY else _telling(row, hazard, preset=True)


@teller("hazard.closed")
def closed(row: Outbox) -> Telling | None:
    """The end, to the same."""
    hazard = Hazard.get_or_none(Hazard.id == row.subject_id)
    return None if hazard is None else _telling(row, hazard, preset=True)


@teller("hazard.rejected")
@teller("hazard.withdrawn")
def fell(row: Outbox) -> Telling | None:
    """It is none after all: to whoever was told that it is one."""
    hazard = Hazard.get_or_none(Hazard.id == row.subject_id)
    return None if hazard is None else _telling(row, hazard, preset=False)


def _telling(row: Outbox, hazard: Hazard, *, preset: bool) -> Telling | None:
    persons, groups = told_before(SUBJECT, hazard.id) if was_told(SUBJECT, hazard.id) else ([], [])
    ways: list[str] = []
    for each in hazard_receivers(hazard.company_id, hazard.level or "") if preset else ():
        persons += expand(each, hazard.company_id)
        groups += each.groups
        ways += each.ways
    if not persons and not groups:
        return None
    head = heading(hazard)
    told = facts(hazard)
    lines = [
        f"{hazard.number or ''} {lead(hazard)}".strip(),
        *(f"{name}：{value}" for name, value in told),
    ]
    return Telling(
        company_id=hazard.company_id, kind=row.kind, subject_kind=SUBJECT, subject_id=hazard.id,
        subject_version=hazard.version, title=head, text="\n".join(lines), link=phone_path(hazard), urgency=NORMAL,
        persons=tuple(dict.fromkeys(persons)), groups=tuple(dict.fromkeys(groups)), read=HAZARD.read,
        ways=tuple(dict.fromkeys(ways or (CARD,))),
    )  # fmt: skip


def heading(hazard: Hazard) -> str:
    """What stands above news of it: 【重大隐患】1号泵房 电缆裸露; with how it ended, where it has."""
    level, ended = Hazard.level.title_of(hazard.level) or "隐患", _ENDED.get(hazard.state)
    return asked(f"{level} · {ended}" if ended else level, "", title(hazard))


def lead(hazard: Hazard) -> str:
    """What became of it and, of a major one, by which regulation and article it is one."""
    basis = short_basis(basis_said(hazard.criterion_said or ""))
    became: str = HAZARD.became(hazard)
    return f"{became}\n判定依据：{basis}" if basis else became


def facts(hazard: Hazard) -> tuple[tuple[str, str], ...]:
    """Whose it is, where, who puts it right, until when: of the plan, or of the step that comes before there is one."""
    known = Beside([hazard]).facts(hazard)
    step = _open_step(hazard)
    until = f"{step.title}，{before(step.due_at)}" if step is not None and step.due_at is not None else ""
    if hazard.due_at is not None:
        until = before(hazard.due_at) if step is not None else known.get("期限", "")
    lines = (
        ("单位", Company.get_by_id(hazard.company_id).name), ("位置", known.get("位置", "")),
        ("整改人", known.get("整改人", "")), ("期限", until),
    )  # fmt: skip
    return tuple(line for line in lines if line[1])


def _open_step(hazard: Hazard) -> CaseStep | None:
    steps = CaseStep.select().join(Case, on=(CaseStep.case == Case.id))
    running = steps.where(Case.kind == SUBJECT, Case.subject_id == hazard.id, Case.state == RUNNING)
    found: CaseStep | None = (
        running.where(CaseStep.state == OPEN, CaseStep.added.is_null()).order_by(CaseStep.id.desc()).first()
    )
    return found


__all__ = ["SUBJECT", "facts", "heading", "lead"]
