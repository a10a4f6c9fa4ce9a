"""What people do with files: entering, binding, importing, inviting (Q04 to Q08)."""

from __future__ import annotations

from models.core.chapters import Chapter

CHAPTER = Chapter(
    name="personnel",
    title="人员",
    records=(),
    ledgers=("ledgers:PERSONS", "ledgers:BINDINGS"),
    views=("views:PERSON_STATISTIC", "views:BINDING_STATISTIC"),
    tellers=("notifications",),
    hooks=("groupings",),
    live={"binding": ("bindings", "persons")},
    presses=("bots.incoming.questions",),
    phone=("miniprogram_api.mine.units",),
    acts={
        "joined": "加入单位",
        "left": "离开单位",
        "tied": "绑定账号",
        "untied": "解除绑定",
        "claim_refused": "不认这个账号",
        "applied": "申请加入",
        "apply_again": "再次申请",
    },
)
