"""One person's part of a given task, as the engine serves it: its form, its photos, what the reviewer sees (H03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core import history
from models.core.errors import NotFound
from models.core.fields import Described, LongText
from models.core.files import photos
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.core.text.date_words import when
from models.tasks.access import may_read
from models.tasks.assigned import forms
from models.tasks.assigned.forms import Form
from models.tasks.records import Case, Errand, GivenTask
from models.tasks.rights import ACT_TASKS, GIVE_TASKS, READ_TASKS
from models.tasks.subjects import Context, Details, Effect, Picture, Served, SubjectFacts, Values, serve
from models.tasks.views.items import names_of
from models.tasks.wording import number

ERRAND = "errand"
PHOTOS = "errands"
_TOLD = ("reviewing", "done")


def inputs(errand: Errand | None) -> Mapping[str, Described]:
    """What the result is told in: the giver's form, or else a few words."""
    form = _form(errand)
    return {
        "result": LongText("完成情况", max=2000, required=errand is not None and not form),
        **forms.inputs_of(form),
    }


def _form(errand: Errand | None) -> Any:
    return () if errand is None else errand.given.form or ()


def _take_photos(actor: Actor, errand: Errand, ids: Sequence[int], stage: str) -> None:
    """Photos of a result that was sent back give way to those of the next one."""
    photos.retire(PHOTOS, errand.id, stage)
    photos.take(actor, PHOTOS, errand, ids, stage, field=stage)


def photos_by_field(errand_ids: Sequence[int], form: Form) -> dict[int, dict[str, list[int]]]:
    """The photos of results, by errand and field of the form; one query for any number."""
    names = forms.photos_of(form)
    found: dict[int, dict[str, list[int]]] = {}
    for shot in photos.of(PHOTOS, errand_ids) if names else ():
        if shot.stage in names:
            found.setdefault(shot.row_id, {}).setdefault(shot.stage, []).append(shot.id)
    return found


def _find(actor: Actor, errand_id: int) -> Errand:
    """The errand whose photo somebody asks for: who gave it, who may give tasks there, who may see its case."""
    errand: Errand | None = Errand.get_or_none(Errand.id == errand_id)
    if errand is None:
        raise NotFound()
    if errand.giver_id in actor.person_ids or actor.may(GIVE_TASKS, errand):
        return errand
    cases = Case.select().where(Case.kind == ERRAND, Case.subject_id == errand.id).order_by(Case.id.desc())
    case = cases.first()
    if case is None or not may_read(actor, case):
        raise NotFound()
    return errand


photos.shown_by(PHOTOS, _find, upload=ACT_TASKS)


def _submitted(actor: Actor, errand: Errand, values: Values, context: Context) -> None:
    """Keep what the form asked for; where nobody reviews it is done."""
    form = inputs(errand)
    kept = {
        name: form[name].plain(value) for name, value in values.items() if name in form and name != "result"
    }
    if kept:
        errand.change(values=kept)
    if not errand.needs_review:
        errand.move("accept", actor)
        history.note(actor, errand, "accept")


def _cancelled(actor: Actor, errand: Errand, values: Values, context: Context) -> None:
    errand.move("cancel", actor)
    history.note(actor, errand, "cancel")


def _errands_shown(errands: Sequence[Errand]) -> list[SubjectFacts]:
    """What is asked while it is being done; afterwards what came of it, for who reviews it. A page's rows read once."""
    given = load_rows(GivenTask, {errand.given_id for errand in errands})
    names = names_of(person for errand in errands for person in (errand.giver_id, errand.person_id))
    told: dict[int, list[Errand]] = {}
    for errand in errands:
        if errand.state in _TOLD:
            told.setdefault(errand.given_id, []).append(errand)
    shots: dict[int, dict[str, list[int]]] = {}
    for given_id, some in told.items():
        shots |= photos_by_field([errand.id for errand in some], given[given_id].form or ())
    return [_shown(errand, given[errand.given_id], names, shots.get(errand.id, {})) for errand in errands]


def _shown(
    errand: Errand, given: GivenTask, names: Mapping[int, str], shots: Mapping[str, Sequence[int]]
) -> SubjectFacts:
    told = errand.state in _TOLD
    facts: list[tuple[str, str]] = []
    if told:
        facts += [("办理人", names[errand.person_id]), *_result(errand, given.form or ())]
    elif errand.giver_id is not None:
        facts.append(("指派人", names[errand.giver_id]))
    if errand.due_at is not None and not told:
        facts.append(("期限", when(errand.due_at)))
    if given.text:
        facts.append(("要求", given.text[:80]))
    titles = {str(item["name"]): str(item["title"]) for item in given.form or ()}
    pictures = tuple(Picture(shot, titles.get(name, "")) for name, ids in shots.items() for shot in ids)
    return SubjectFacts(tuple(facts), pictures[0].id if pictures else None, pictures=pictures, tone="info")


def _details(errand: Errand) -> Details:
    """What is asked, in full; with what came of it first, once that was told."""
    given: Any = errand.given
    names = names_of([errand.giver_id, errand.person_id])
    facts: list[tuple[str, str]] = []
    if errand.state in _TOLD:
        facts += [*_result(errand, given.form or ()), ("办理人", names[errand.person_id])]
    facts.append(("要求", given.text or ""))
    facts.append(("指派人", names.get(errand.giver_id or 0, "")))
    facts.append(("期限", when(errand.due_at)))
    return Details(tuple(fact for fact in facts if fact[1]))


def _result(errand: Errand, form: Form) -> list[tuple[str, str]]:
    told = forms.told(form, errand.values, {})
    filled = [(item["title"], _word(item["value"])) for item in told if item["value"] is not None]
    return [("完成情况", str(errand.result)), *filled] if errand.result else filled


def _word(value: Any) -> str:
    return ("是" if value else "否") if isinstance(value, bool) else number(value) or str(value)


serve(
    Served(
        kind=ERRAND,
        title="指派任务",
        record=Errand,
        read=READ_TASKS,
        inputs=inputs,
        form_photos=lambda errand: forms.photos_of(_form(errand)),
        photo_ledger=PHOTOS,
        take_photos=_take_photos,
        title_of=lambda errand: str(errand.given.title),
        number_of=lambda errand: str(errand.given.number or ""),
        shown=_errands_shown,
        details=_details,
        effects={"submitted": Effect("收下结果，不用复核的就算完成", _submitted, moves=("accept",))},
        hangs_on={
            GivenTask: lambda given: [row.id for row in Errand.select(Errand.id).where(Errand.given == given)]
        },
        starts=("doing",),
        approved=("done",),
        on_withdrawn=_cancelled,
    )
)
