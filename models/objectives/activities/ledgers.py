"""How safety activities are listed and written down (A09)."""

from __future__ import annotations

from models.core.ledger import Column, Filter, Ledger, PhoneFace, Rules, Section
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.objectives.activities.records import EDIT_ACTIVITIES, READ_ACTIVITIES, Activity
from models.objectives.points.participants import earning

ACTIVITIES = Ledger(
    name="activities", record=Activity, title="安全活动", group="目标职责", system="A09", noun="活动", measure="次",
    empty="还没有活动。点“新增”登记一次。",
    columns=(
        Column("name", 220, fixed=True), Column("kind", 110), Column("held_at", 170), Column("pictures", 150),
        Column("people", 240), Column("summary", 220), Column("place", 140), Column("spot", 170, shown=False),
        Column("signature", 110, shown=False), Column("site", 130), Column("company", 180),
    ),
    filters=(
        Filter("held_at", "date_range"), Filter("kind", "choice"), Filter("people", "reference"),
        Filter("site", "reference"), Filter("company", "reference"),
    ),
    search=("name", "place", "summary"),
    form=(
        Section("活动", ("company", "site", "name", "kind", "purpose", "held_at", "place", "spot", "people", "earns")),
        Section("记录和总结", ("record", "summary", "signature", "note")),
    ),
    sort="-held_at", sorts=("held_at", "id"),
    rights={"read": READ_ACTIVITIES, "create": EDIT_ACTIVITIES, "edit": EDIT_ACTIVITIES, "delete": EDIT_ACTIVITIES,
            "export": READ_ACTIVITIES},
    rules=earning(
        "activity.joined", "people", Rules(plain_create(Activity), plain_edit(Activity), plain_delete(Activity)), only="earns"
    ),
    attachments=True, pictures=True,
    phone=PhoneFace(
        second=("held_at", "place", "people"), badge="kind", offline=True,
        form=("company", "name", "kind", "held_at", "place", "spot", "people", "earns", "record", "summary", "signature"),
    ),
    related=("people",),
)  # fmt: skip
