"""What people do with files: entering, binding, importing, inviting (Q04 to Q08)."""

from __future__ import annotations

from models.core.chapters import Chapter

CHAPTER = Chapter(
    name="personnel",
    title="人员",
    records=(),
    ledgers=("ledgers:PERSONS", "ledgers:BINDINGS"),
    views=("views:CERTIFICATE_MATRIX",),
    tellers=("notifications",),
    hooks=("groupings",),
    live={"binding": ("bindings", "persons")},
    presses=("bots.questions",),
    phone=("miniprogram_api.units",),
)
