"""The card of a hazard for who only needs to know: the group's chat of major hazards, say (E09)."""

from __future__ import annotations

from bots.card import Button, Card, Fact, tone
from bots.cards import composer
from models.hazards.notifications import SUBJECT, facts, heading, lead
from models.hazards.records import CLOSED, UNDER_WAY, Hazard
from models.hazards.workflow import HAZARD
from models.tasks.notify.cases import tone_of


@composer(SUBJECT)
def compose(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """The hazard as it stands now; nothing is asked."""
    hazard = Hazard.get_or_none(Hazard.id == subject_id)
    if hazard is None:
        return None
    shown, open_now = HAZARD.shown_of(hazard), hazard.state in UNDER_WAY
    ended = "done" if hazard.state == CLOSED else "plain"
    colour = tone(tone_of(shown) if open_now else ended)
    return Card(
        kind=SUBJECT, subject_id=hazard.id, version=hazard.version, title=heading(hazard), number=hazard.number or "",
        lead=lead(hazard), tone=colour,
        source="安班 · 隐患", facts=tuple(Fact(name, value) for name, value in facts(hazard)),
        picture_id=shown.picture_id, before_id=shown.before_id, path=shown.path,
        buttons=(Button("查看详情", path=shown.path),) if open_now else (),
        outcome="" if open_now else Hazard.state.title_of(hazard.state),
    )  # fmt: skip
