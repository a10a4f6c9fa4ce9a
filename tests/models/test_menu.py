"""The menu of ledgers names what people look for, by chapter and in their words, and to each only what they may read."""

from __future__ import annotations

from typing import Any

from models.administration.roles.builtin_roles import builtin_roles
from models.core.chapters import chapters, found_at, menu_groups
from models.core.ledger.reading.describe import menu
from models.demo.invented_names import mobile
from tests.models.test_ledgers import LEDGERS, actor, plant

__all__ = ["plant"]


def test_menus_have_every_ledger_that_one_may_read_in_the_order_of_the_manifests(plant: Any) -> None:
    """Groups as `MENU` has them, in each by `place`, then as the chapters name them; nobody sees what they may not read."""
    told = {group["title"]: [item["title"] for item in group["items"]] for group in menu(actor("admin"))}
    assert list(told) == [title for title in menu_groups() if title in told], (
        "a group that no chapter has a place for"
    )
    named = [found_at(chapter, name) for chapter in chapters() for name in chapter.ledgers]
    for title, items in told.items():
        mine = [ledger for ledger in named if ledger.group == title]
        assert items == [ledger.title for ledger in sorted(mine, key=lambda ledger: ledger.place)]
    assert told["扫码上岗"] == ["上岗日志", "设备", "人员", "绑定申请", "证照"], "what is looked for first"
    worker = {item["ledger"] for group in menu(actor(mobile(11))) for item in group["items"]}
    reach = {role.code: role.reach for role in builtin_roles()}["worker"]
    assert worker == {name for name, ledger in LEDGERS.items() if ledger.rights["read"] in reach}
    assert {"clock-ins", "certificates", "points"} <= worker
    assert not worker & {"persons", "equipment", "users", "roles", "flows", "bindings"}
