"""What keeps somebody from clocking in, before they stand at the machine: certificates that are over (Q04, Q10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.training.certificates.validity import standing
from models.training.records import Certificate


def hindrance(held: Sequence[Certificate], day: date, projects: dict[str, str]) -> dict[str, Any] | None:
    """{blocking, title, line} for an operator with these certificates on the day; None where nothing is in the way.

    Blocking: nothing that they hold counts. Else a code that is over while another one holds is told, and no more.
    `projects` are the names of the codes.
    """
    if not held:
        return _told(True, "还没有证照", "您名下没有登记证照，请安全管理员登记后再上岗")
    by_state: dict[str, list[Certificate]] = {}
    for item in held:
        by_state.setdefault(standing(item, day), []).append(item)
    usable = [item for name in ("valid", "expiring") for item in by_state.get(name, ())]
    alive = {item.code for item in usable if item.catalogue == "2019"}
    over = sorted(
        (item for item in by_state.get("expired", ()) if item.code not in alive),
        key=lambda item: item.valid_until,
    )
    if over:
        last = over[-1]
        said = f"{last.code} {projects.get(last.code, '')}".strip()
        line = f"{said}证 {last.valid_until.isoformat()} 到期，先不要操作；复审后请安全管理员更新"
        return _told(not usable, "证书已过期", line)
    if not usable:
        return _told(True, "证书已注销", "先不要操作，请联系安全管理员核实")
    return None


def _told(blocking: bool, title: str, line: str) -> dict[str, Any]:
    return {"blocking": blocking, "title": title, "line": line}
