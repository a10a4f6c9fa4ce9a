"""0028: what was kept before identity numbers were masked is masked where it lies, on both engines, and once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from models.administration.logs.retention import SEALED
from models.core.db.connection import close_database, migrations, open_database
from models.core.history import Change
from models.core.logs import sealing
from tests.models.migrations.test_identity import NOW, put
from tests.support.clock_in_plant import NUMBERS

NUMBER = NUMBERS[1]
SPACED = f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}"
ORDER = "110101200001010000"  # eighteen digits, and no identity number
BIG = 330102199003070019  # a number of JSON, not a text


@pytest.fixture
def before(new_database: Callable[[], str]) -> Any:
    """A database as it was before the migration; the runner to go on with."""
    opened = open_database(new_database())
    opened.connect(reuse_if_open=True)
    runner = migrations()
    names = runner.up()
    for _ in [name for name in names if name >= "0028"]:
        runner.down()
    yield opened, runner
    close_database()


def lay(database: Any) -> None:
    """Rows of the older shape, written past all that masks."""
    card = json.dumps({"title": f"补证 {NUMBER}", "facts": [{"name": "证件", "value": SPACED}], "id": BIG})
    put(database, "message", id=1, company_id=1, kind="k", subject_kind="s", subject_id=1, subject_version=1,
        title=f"请核对 {NUMBER}", text=f"身份证 {SPACED}，订单 {ORDER}", card=card, urgency=1, needs_answer=0,
        created_at=NOW)  # fmt: skip
    put(database, "message", id=2, company_id=1, kind="k", subject_kind="s", subject_id=2, subject_version=1,
        title="今天 8 点", text=None, card=None, urgency=1, needs_answer=0, created_at=NOW)  # fmt: skip
    for key in range(1, 62):
        text = f"旧号 T{NUMBER}" if key % 20 == 0 else "叉车"
        changes = json.dumps([{"field": "note", "title": "备注", "old": text, "new": None}])
        put(database, "change_log", id=key, table="person", row_id=key, company_id=1, account_name="安", door="console",
            action="edited", changes=changes, at=NOW)  # fmt: skip
    put(database, "job", id=1, kind="import", title=f"{NUMBER}.xlsx", state="failed", done=0, created_at=NOW,
        alive_at=NOW, used=0, result=json.dumps({"rows": [[1, f"{NUMBER} 重复"]] * 800}),
        error=json.dumps({"title": f"{NUMBER} 不对"}), upload_name=f"名单{NUMBER}.xlsx")  # fmt: skip


def test_numbers_kept_in_texts_are_masked_where_they_lie(before: Any, monkeypatch: Any) -> None:
    database, runner = before
    lay(database)
    monkeypatch.setattr(sealing, "LINES", 25)
    assert sealing.seal(Change) == 3
    assert not [fault for record in SEALED for fault in sealing.verify(record)]
    runner.up()

    def all_of(table: str) -> str:
        return str(database.execute_sql(f"SELECT * FROM `{table}`").fetchall())

    for table in ("message", "change_log", "job"):
        assert NUMBER not in all_of(table) and SPACED not in all_of(table), table
    hidden = f"{NUMBER[0]}{'*' * 16}{NUMBER[-1]}"
    title, text, card = database.execute_sql("SELECT title, text, card FROM message WHERE id = 1").fetchone()
    assert (title, ORDER in text, json.loads(card)["id"]) == (f"请核对 {hidden}", True, BIG)
    assert json.loads(card)["facts"] == [{"name": "证件", "value": hidden}]
    assert len(json.loads(database.execute_sql("SELECT result FROM job").fetchone()[0])["rows"]) == 800
    assert not [fault for record in SEALED for fault in sealing.verify(record)], "sealed anew"

    kept = [all_of(table) for table in ("message", "change_log", "job", "log_seal")]
    runner.down("0028_no_numbers_in_old_texts")
    runner.up()
    assert kept == [all_of(table) for table in ("message", "change_log", "job", "log_seal")], "once"


def test_a_line_that_somebody_had_changed_is_found_as_before(before: Any) -> None:
    database, runner = before
    lay(database)
    sealing.seal(Change)
    database.execute_sql("UPDATE change_log SET action = 'created' WHERE id = 40")
    runner.up()
    assert NUMBER not in str(database.execute_sql("SELECT changes FROM change_log").fetchall())
    assert len(list(sealing.verify(Change))) == 1
