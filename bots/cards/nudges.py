"""Short notes that ring again about a step, as cards: 催办, 快到期, 超时. They end with the step and say who did it (H05, L01)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bots.card import Button, Card
from bots.cards import composer, own_of
from bots.cards.steps import ending, files_of, frame, open_tasks, what_i_did
from models.messages.delivery.refresh import thing
from models.messages.records import Message
from models.tasks.notify.cases import NUDGE, STEP
from models.tasks.records import DONE
from models.tasks.views.offered_outcomes import StepView, step_view

_TO_DO = ("step.urged", "step.due_soon")


@composer(NUDGE)
def compose(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """The note as it was told while the step is open; then who did what. One who has done their part sees that."""
    told = _told(subject_id)
    if told is None or not told.card:
        return None
    card, view = Card.from_json(told.card), _step_of(told)
    if view is None:
        return card
    card = replace(card, version=view.step.version)
    over = {"buttons": (), "lead": ""}
    if not view.is_open:
        title = frame(view).title
        return replace(card, **over, title=title, outcome=ending(view, files_of(person_id)), tone="done")
    if person_id is not None and _has_done(view, person_id):
        return replace(card, **over, outcome=what_i_did(view, person_id), tone="info")
    verb = "去办理" if told.kind in _TO_DO else "查看详情"
    return replace(card, buttons=(Button(verb, path=card.path, style="primary"),), follows=True)


@own_of(NUDGE)
def apart(subject_id: int, person_ids: Collection[int]) -> frozenset[int]:
    """Those who have done their part of the step while others still have theirs to do."""
    told = _told(subject_id)
    view = None if told is None else _step_of(told)
    if view is None or not view.is_open:
        return frozenset()
    return frozenset(person for person in person_ids if _has_done(view, person))


def _told(subject_id: int) -> Message | None:
    found: Message | None = Message.get_or_none(
        Message.subject_kind == NUDGE, Message.subject_id == subject_id
    )
    return found


def _step_of(told: Message) -> StepView | None:
    kind, _, number = (told.ends_with or "").partition(":")
    step_id = int(number) if number.isdecimal() else 0
    return step_view(step_id) if thing(kind, step_id) == thing(STEP, step_id) else None


def _has_done(view: StepView, person_id: int) -> bool:
    """Whether somebody had a part in the step, and has none any more: decided, or handed on."""
    mine = files_of(person_id)
    done = any(task.state == DONE and {task.person_id, task.done_by_id} & mine for task in view.tasks)
    handed = any(task.handed_from_id in mine for task in view.tasks)
    return (done or handed) and not open_tasks(view, person_id)
