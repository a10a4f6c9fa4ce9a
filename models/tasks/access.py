"""Who may see a case (H05): its people, its starter, its followers, who may read the subject, who may read all."""

from __future__ import annotations

from typing import Any

from models.core.chapters import all_kinds
from models.core.errors import NotFound
from models.core.files import photos
from models.core.security.actor import Actor
from models.tasks.people.delegation import stands_in_for
from models.tasks.records import Case, CaseEvent, CaseStep, Follow, Task
from models.tasks.rights import READ_ALL_CASES
from models.tasks.subjects import served_kind


def find_case(actor: Actor, case_id: int) -> Case:
    """A case that the actor may see. Raises NotFound: what one may not see does not exist."""
    case: Case | None = Case.get_or_none(Case.id == (case_id))
    if case is None or not may_read(actor, case):
        raise NotFound("没有这个流程")
    return case


def may_read(actor: Actor, case: Case) -> bool:
    """Whether the actor may see the case."""
    return actor.may(READ_ALL_CASES, case) or concerns(actor, case)


def concerns(actor: Actor, case: Case) -> bool:
    """Whether the case is the actor's own, or one that they have a part in, or of a subject that they may read."""
    if is_starter(actor, case):
        return True
    served = served_kind(case.kind)
    return has_part(actor, case) or (actor.may(served.read) and _sees_subject(actor, case))


@photos.CONCERNED.answer
def has_part_in(actor: Actor, ledger: str, row_id: int) -> bool:
    """Whether the actor has a part in an approval of a row of a ledger."""
    kinds = [kind.name for kind in all_kinds().values() if kind.ledger == ledger]
    cases = Case.select().where(Case.kind.in_(kinds or [""]), Case.subject_id == row_id)
    return any(has_part(actor, case) for case in cases)


def _sees_subject(actor: Actor, case: Case) -> bool:
    served = served_kind(case.kind)
    subject = served.record.get_or_none(served.record.id == case.subject_id)
    return subject is not None and actor.may(served.read, subject) and subject.visible_to(actor)


def is_starter(actor: Actor, case: Case) -> bool:
    """Whether the actor has started the case."""
    if case.starter_id is not None:
        return case.starter_id in actor.person_ids
    return case.starter_account_id is not None and case.starter_account_id == actor.account_id


def has_part(actor: Actor, case: Case) -> bool:
    """Whether the actor has, or had, a task of the case, stands in for who has, follows it or was called into it."""
    persons = {*actor.person_ids, *stands_in_for(actor)}
    if not persons:
        return False
    own: Any = list(persons)
    tasks = Task.select(Task.id).join(CaseStep, on=(Task.step == CaseStep.id)).where(CaseStep.case == case.id)
    if tasks.where(Task.person.in_(own) | Task.done_by.in_(own) | Task.handed_from_id.in_(own)).exists():
        return True
    follows = Follow.select(Follow.id).where(
        Follow.person.in_(list(actor.person_ids) or [0]),
        Follow.subject_kind == case.kind,
        Follow.subject_id == case.subject_id,
    )
    return bool(follows.exists()) or _mentioned(actor, case)


def _mentioned(actor: Actor, case: Case) -> bool:
    comments = CaseEvent.select(CaseEvent.detail).where(
        CaseEvent.case_id == case.id, CaseEvent.act == "commented"
    )
    called = {person for row in comments for person in (row.detail or {}).get("mentions", ())}
    return bool(called & set(actor.person_ids))
