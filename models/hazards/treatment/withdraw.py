"""A hazard is taken back (E07): by the reporter until it was judged, afterwards by who looks after hazards."""

from __future__ import annotations

from models.core import history
from models.core.errors import Conflict
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.hazards.access import find_hazard
from models.hazards.display.hazard_json import can
from models.hazards.records import Hazard
from models.hazards.treatment import extensions
from models.tasks.engine.case_transaction import within
from models.tasks.engine.withdraw import call_off


def withdraw(actor: Actor, hazard_id: int, reason: str = "") -> Hazard:
    """Take a hazard back and end its case. Raises Conflict `wrong_state`, Forbidden, NotFound."""
    hazard = find_hazard(actor, hazard_id)
    if not can(actor, hazard)["withdraw"]:
        raise Conflict(
            "不能撤回",
            code="wrong_state",
            cause=f"它现在是“{Hazard.state.title_of(hazard.state)}”，或者不是您上报的",
            advice="请联系网格责任人处理",
        )
    doer = within(actor, hazard.company_id, "hazards.read")
    call_off(doer, "hazard", hazard.id, reason, title="撤回")
    hazard = Hazard.get_by_id(hazard.id)  # as it is, now that nobody else can decide about it
    hazard.move("withdraw", doer)
    history.note(doer, hazard, "withdraw")
    extensions.drop(doer, hazard, "隐患已撤回")
    announce("hazard.withdrawn", hazard, ledger="hazards")
    return hazard
