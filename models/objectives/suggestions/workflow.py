"""What the engine serves of suggestions: what deciders are shown and fill in, and what their decision does (A10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.core import clock
from models.core.errors import Conflict, Invalid
from models.core.events.outbox import announce
from models.core.fields import Described, Integer, Link, LongText, Moment
from models.core.files import attachments
from models.core.ledger import ledger_named
from models.core.security.actor import Actor
from models.core.settings import CompanySetting
from models.objectives.suggestions import records
from models.objectives.suggestions.levels import level_above, level_of, own
from models.objectives.suggestions.records import READ_SUGGESTIONS, STANDING, AdoptedSuggestion, Suggestion
from models.objectives.suggestions.suggesting import KIND, LEDGER, NAMELESS, PUBLIC
from models.organization.records import Company, Person
from models.tasks.approval.row_in_words import pictures_of
from models.tasks.subjects import Context, Details, Effect, Served, SubjectFacts, Values, serve
from models.tasks.views.items import names_of

EXTRA = CompanySetting(
    "suggestion-extra-points",
    "积分",
    Integer(
        "建议另加积分最多", min=0, max=1000, unit="分", help="采纳的人在规则之外最多再加这么多，0 表示不加"
    ),
    default=10,
)
_BECAME = {
    records.ASKED: "已收到，正在审核", records.ADOPTED: "已采纳，正在落实", records.DONE: "已落实",
    records.REFUSED: "没有采纳", records.WITHDRAWN: "已撤回", records.REVOKED: "采纳已撤销",
}  # fmt: skip


def _asked(row: Suggestion | None) -> Mapping[str, Described]:
    """What deciding asks for."""
    most = EXTRA.of(None if row is None else row.company_id)
    return {
        "reply": LongText("答复", max=500, required=True, help="写给建议人：为什么采纳或者不采纳"),
        "carrier": Link("落实人", Person, to="persons"),
        "due_at": Moment("落实期限"),
        "extra_points": Integer("另加积分", min=0, max=most, help=f"规则之外再加，最多 {most} 分，可不填"),
        "result": LongText("落实情况", max=500, required=True),
    }


def title_of(row: Suggestion) -> str:
    """What a suggestion is called: its first words, on one line."""
    text = " ".join(str(row.what or "").split())
    return f"{text[:40]}…" if len(text) > 41 else text


def _shown(rows: Sequence[Suggestion]) -> list[SubjectFacts]:
    ledger = ledger_named(LEDGER)
    pictures = {} if ledger is None else pictures_of(ledger, rows)
    ids = {row.site_id or row.company_id for row in rows}
    places = dict(Company.select(Company.id, Company.name).where(Company.id.in_(ids or {0})).tuples())
    made = []
    for row in rows:
        there = pictures.get(row.id, ())
        facts = (
            ("建议", " ".join(str(row.what).split())[:120]), ("类别", Suggestion.kind.title_of(row.kind)),
            ("级别", Suggestion.level.title_of(row.level)),
        )  # fmt: skip
        place = places.get(row.site_id or row.company_id, "")
        made.append(
            SubjectFacts(
                facts, picture_id=there[0].id if there else None, pictures=there, place=place, tone="info"
            )
        )
    return made


def _details(row: Suggestion) -> Details:
    names = names_of([row.person_id, row.carrier_id])
    until = "" if row.due_at is None else f"{clock.local(row.due_at):%Y-%m-%d %H:%M}"
    said = f"{names[row.person_id]}（{NAMELESS}）" if row.hidden else names[row.person_id]
    facts = (
        ("建议", row.what), ("预期效果", row.gain or ""), ("类别", Suggestion.kind.title_of(row.kind)),
        ("级别", Suggestion.level.title_of(row.level)), ("答复", row.reply or ""),
        ("落实人", names.get(row.carrier_id or 0, "")), ("落实期限", until),
        *(() if row.hidden else (("建议人", said),)),
    )  # fmt: skip
    return Details(
        tuple(fact for fact in facts if fact[1]), private=(("建议人", said),) if row.hidden else ()
    )


def _raised(actor: Actor, row: Suggestion, values: Values, context: Context) -> None:
    row.change(level=level_above(row))
    announce("suggestion.raised", row, level=row.level)


def _adopted(actor: Actor, row: Suggestion, values: Values, context: Context) -> None:
    """The adopting level is that of who did it; nobody adopts, nor gives points to, what is their own."""
    if own(actor, row):
        raise Conflict(
            "不能采纳自己的建议", code="own", cause="自己的建议要由别人决定", advice="请转给其他有采纳权的人"
        )
    if values.get("carrier") is None or values.get("due_at") is None:
        raise Invalid(fields={"carrier": "请选择谁来落实，并填写期限"})
    if (values.get("extra_points") or 0) > EXTRA.of(row.company_id):
        raise Invalid(fields={"extra_points": f"另加积分最多 {EXTRA.of(row.company_id)} 分"})
    row.change(level=level_of(row, context.doer_id), decided_by=context.doer_id, decided_at=clock.now())
    _publish(row)
    announce("suggestion.adopted", row, level=row.level)


def _publish(row: Suggestion) -> None:
    names = names_of([row.person_id])
    public = AdoptedSuggestion.create(
        company=row.company_id, site=row.site_id, suggestion_id=row.id, number=row.number, kind=row.kind, what=row.what,
        who=None if row.hidden else names[row.person_id], level=row.level, reply=row.reply, carrier=row.carrier_id,
        due_at=row.due_at, adopted_at=row.decided_at,
    )  # fmt: skip
    _show_photos(row, public)


def _show_photos(row: Suggestion, public: AdoptedSuggestion) -> None:
    """Its photos are public too; those of who wants no name there say nothing of who took them."""
    attachments.publish(LEDGER, row.id, (PUBLIC, public.id), nameless=bool(row.hidden))


def _refused(actor: Actor, row: Suggestion, values: Values, context: Context) -> None:
    row.change(level=level_of(row, context.doer_id), decided_by=context.doer_id, decided_at=clock.now())
    announce("suggestion.refused", row)


def _carried_out(actor: Actor, row: Suggestion, values: Values, context: Context) -> None:
    mine = AdoptedSuggestion.suggestion_id == row.id
    AdoptedSuggestion.update(result=row.result, updated_at=clock.now()).where(mine).execute()
    public = AdoptedSuggestion.get_or_none(mine)
    if public is not None:
        _show_photos(row, public)
    announce("suggestion.done", row)


def _withdrawn(actor: Actor, row: Suggestion, values: Values, context: Context) -> None:
    row.move("withdraw", actor)


SUGGESTION = serve(
    Served(
        kind=KIND, title="建言建议", record=Suggestion, read=READ_SUGGESTIONS, inputs=_asked, title_of=title_of,
        number_of=lambda row: row.number or "", shown=_shown, details=_details,
        became=lambda row: _BECAME[row.state] + (f"：{row.reply}" if row.reply and row.state != records.DONE else ""),
        effects={
            "raised": Effect("记下到了哪一级，告诉建议人", _raised),
            "adopted": Effect("记下采纳级别，公示，按级别给积分", _adopted, needs=("carrier", "due_at")),
            "refused": Effect("记下审核人", _refused),
            "carried_out": Effect("公示落实情况", _carried_out),
        },
        starts=(records.ASKED,), approved=STANDING, on_withdrawn=_withdrawn,
    )
)  # fmt: skip

__all__ = ["EXTRA", "SUGGESTION", "title_of"]
