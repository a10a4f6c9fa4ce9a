"""News of a case, as a card: how it ended, where it stands, what one gets to know of (H04, H05, L01).

For who started it or follows it; it says in plain words what became of it, and asks nothing.
"""

from __future__ import annotations

from bots.card import Button, Card, Fact, tone
from bots.cards import composer
from models.core.text.date_words import when
from models.tasks.notify.cases import CASE, news_of, path_of, tone_of, version_of
from models.tasks.records import APPROVED, RUNNING, Case
from models.tasks.subjects import SubjectFacts
from models.tasks.views.items import served_or_none
from models.tasks.wording import asked

_FACTS = 4
_VERBS = {"case.moved": "进展", "case.copied": "抄送"}


@composer(CASE)
def compose(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """The case as it stands now; `kind` says why it is told."""
    case = Case.get_or_none(Case.id == subject_id)
    if case is None:
        return None
    served = served_or_none(case.kind)
    subject = None if served is None else served.record.get_or_none(served.record.id == case.subject_id)
    shown, became = SubjectFacts(), ""
    if served is not None and subject is not None:
        shown, became = served.shown_of(subject), served.became(subject)
    running = case.state == RUNNING
    state = Case.state.title_of(case.state)
    verb = _VERBS.get(kind, "进展") if running else f"抄送 · {state}" if kind == "case.copied" else state
    path = path_of(case, shown)
    return Card(
        kind=CASE, subject_id=case.id, version=version_of(case.id),
        title=asked(verb, shown.place, case.title), number=case.number or "", lead=news_of(case, became),
        tone=tone(tone_of(shown)) if running else "done" if case.state == APPROVED else "plain",
        source=f"安班 · {served.title}" if served is not None else "安班",
        facts=tuple(Fact(name, value) for name, value in shown.facts[:_FACTS]),
        picture_id=shown.picture_id, before_id=shown.before_id, path=path, buttons=(Button("查看详情", path=path),) if running else (),
        outcome="" if running or case.ended_at is None else f"{when(case.ended_at)} {case.outcome or state}",
    )  # fmt: skip
