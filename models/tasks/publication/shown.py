"""What who decides is shown of an edition: what it is, why it is revised, and what is different (B03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models.core.fields import moment_text
from models.core.files.attachments import Attachment
from models.core.security.actor import Actor
from models.organization.records import Company
from models.tasks.approval.row_in_words import READER, unfilled
from models.tasks.publication.copying import differences
from models.tasks.records import DONE, REFUSED, Case, CaseStep, Task
from models.tasks.subjects import Details, SubjectFacts
from models.tasks.views.items import names_of

if TYPE_CHECKING:
    from models.core.ledger.declaration import Ledger
    from models.tasks.publication.publication import Publication

#: What is empty before, or after.
_NOTHING = "（空）"


def title_of(publication: Publication, row: Any) -> str:
    """What an edition is called in tasks and on cards."""
    name = publication.declared.label(row)
    return f"{name}（第 {row.edition} 版）" if row.replaces is not None else name


def on_cards(publication: Publication, rows: Sequence[Any]) -> list[SubjectFacts]:
    """What a card shows: whose it is, which edition, and why it is revised."""
    ids = {row.scope_value("company") for row in rows} - {None}
    names = {
        one.id: one.name for one in Company.select(Company.id, Company.name).where(Company.id.in_(ids or {0}))
    }
    made = []
    for row in rows:
        whose = names.get(row.scope_value("company"), "集团通用")
        facts = [("单位", whose), ("版次", f"第 {row.edition} 版")]
        if row.why:
            facts.append(("修订原因", row.why[:80]))
        made.append(SubjectFacts(tuple(facts), place=whose))
    return made


def to_decide(publication: Publication, row: Any) -> Details:
    """All that the form says, or of a revision what is different from the edition in force, and the files."""
    ledger = publication.declared
    facts = [("修订原因", row.why or "")]
    old = None if row.replaces is None else type(row).get_or_none(type(row).id == row.replaces)
    if old is None:
        lines = differences(READER, ledger, unfilled(row), row)
        facts += [(line["title"], words(line["new"])) for line in lines]
    else:
        facts += [
            (line["title"], _from_to(*lines_that_differ(words(line["old"]), words(line["new"]))))
            for line in differences(READER, ledger, old, row)
        ]
    if ledger.attachments and not any(title == "附件" for title, _ in facts):
        facts.append(("附件", "、".join(_files(ledger, row))))
    return Details(tuple((title, said) for title, said in facts if said))


def words(value: Any) -> str:
    """A value of the trail as who reads it is shown it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return _NOTHING if value in (None, "") else str(value)


def lines_that_differ(old: str, new: str) -> tuple[str, str]:
    """Of two texts of several lines the lines that only one of them has; short ones as they are."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) < 2 or len(after) < 2:
        return old, new
    gone = "\n".join(line for line in before if line not in after)
    come = "\n".join(line for line in after if line not in before)
    if not gone and not come:  # the same lines in another order
        return old, new
    return gone or _NOTHING, come or _NOTHING


def _from_to(old: str, new: str) -> str:
    """A change in words: on one line where it is short."""
    if len(old) + len(new) <= 40 and "\n" not in old + new:
        return f"{old} → {new}"
    return f"原来：{old}\n现在：{new}"


def _files(ledger: Ledger, row: Any) -> list[str]:
    query = Attachment.select(Attachment.name).where(
        Attachment.ledger == ledger.name, Attachment.row_id == row.get_id()
    )
    return [item.name for item in query.order_by(Attachment.id)]


def decisions(publication: Publication, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Who decided what of these editions, and in which words, the oldest first: by the edition's id."""
    rows = (
        Task.select(Case.subject_id, CaseStep.title, Task.outcome_title, Task.comment, Task.done_at, Task.done_by, Case.state)
        .join(CaseStep, on=(Task.step == CaseStep.id))
        .join(Case, on=(CaseStep.case == Case.id))
        .where(Case.kind == publication.kind, Case.subject_id.in_(list(ids) or [0]), Task.state == DONE)
        .order_by(Task.done_at, Task.id)
        .tuples()
    )  # fmt: skip
    told = list(rows)
    names = names_of([row[5] for row in told])
    found: dict[int, list[dict[str, Any]]] = {}
    for subject, step, outcome, comment, at, person, state in told:
        found.setdefault(subject, []).append(
            {
                "step": step, "outcome": outcome or "", "comment": comment or "", "at": moment_text(at),
                "by": names.get(person or 0, ""), "refused": state == REFUSED,
            }
        )  # fmt: skip
    return found


def refusals(publication: Publication, actor: Actor, rows: Sequence[Any]) -> dict[int, str]:
    """The words with which a draft came back, by its id."""
    ids = [row.get_id() for row in rows if row.standing == "refused"]
    if not ids:
        return {}
    found = {}
    for row_id, lines in decisions(publication, ids).items():
        said = [line for line in lines if line["refused"]]
        if said:
            found[row_id] = f"{said[-1]['by']}：{said[-1]['comment']}"
    return found


__all__ = ["decisions", "lines_that_differ", "on_cards", "refusals", "title_of", "to_decide", "words"]
