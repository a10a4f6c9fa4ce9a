"""What came in by chat goes when it was kept long enough; what waits stays; permissions go when they have run out (L01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.core.clock import now
from models.core.db.connection import database as db
from models.core.db.connection import in_transaction, is_sqlite
from models.messages.delivery import retention
from models.messages.records import Inbound, Message, ResponseCode, Sending
from tests.support.people_to_tell import Crowd


def _came(key: str, state: str) -> Inbound:
    return Inbound.create(
        platform="wecom", app_id=1, dedupe_key=key, kind="text", content={}, state=state, received_at=now(),
        due_at=now(),
    )  # fmt: skip


def test_what_was_handled_goes_after_its_time_a_piece_at_a_time(clock: Any, crowd: Crowd) -> None:
    for number in range(5):
        _came(f"old{number}", "handled" if number else "refused")
    for state in ("new", "failed"):
        _came(state, state)
    clock.forward(days=3)
    _came("fresh", "handled")
    clock.forward(days=28)
    before = now() - timedelta(days=30)
    passes = [in_transaction(retention.sweep_inbound, before, limit=3) for _ in range(3)]
    assert passes == [3, 2, 0]
    assert {row.dedupe_key for row in Inbound.select()} == {"new", "failed", "fresh"}, (
        "what waits is not lost"
    )


def test_permissions_that_have_run_out_go(clock: Any, crowd: Crowd) -> None:
    message = Message.create(
        company_id=crowd.unit.id, kind="accident.reported", subject_kind="accident", subject_id=1, title="快报",
        text="", card={},
    )  # fmt: skip
    sending = Sending.create(message_id=message.id, way="card", task_id="t1")
    for days in (1, 1, 3):
        ResponseCode.create(sending=sending, code=f"c{days}", expires_at=now() + timedelta(days=days))
    clock.forward(days=2)
    assert [in_transaction(retention.sweep_codes) for _ in range(2)] == [2, 0]
    assert [row.code for row in ResponseCode.select()] == ["c3"]


def test_what_is_still_permitted_and_what_is_to_go_is_found_by_an_index(crowd: Crowd) -> None:
    unspent = ResponseCode.select(ResponseCode.sending).where(
        ResponseCode.user_id.is_null(), ResponseCode.spent_at.is_null(), ResponseCode.expires_at > now()
    )
    done = Inbound.select(Inbound.id).where(Inbound.state.in_(("handled", "refused")), Inbound.due_at < now())
    for query, index in (
        (unspent, "response_code_user_id_spent_at_expires_at"),
        (done, "inbound_state_due_at"),
    ):
        sql, values = query.sql()
        plan = db.execute_sql(("EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN ") + sql, values).fetchall()
        assert index in str(plan), plan
