"""The floor that deciding is measured against does what the product does, row by row and word for word (H05)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from models.administration.accounts.actors import actor_for_token
from models.core.db.connection import database as current
from models.core.db.connection import in_transaction, is_sqlite
from models.tasks.engine.decide import decide
from models.tasks.records import CaseEvent
from models.tasks.views.task import task_view
from scripts.bench import deciding, tasks_seed
from scripts.bench.floors import deciding_answer, deciding_sql, same_work
from scripts.bench.product.seed import seed
from scripts.bench.world import World
from tests.support.prepared_rows import lay_standards
from tests.support.statement_log import listening

WORLD = World(persons=3, equipment=3, companies=1)
CASES = range(500_000, 500_004)
#: Of one decision over HTTP, with who asks: the floor's, and what the product asks and writes.
FLOOR, PRODUCT = 20, 22


@pytest.fixture
def book(database: Any) -> Iterator[None]:
    """People whose ids have gaps, with a case each that waits."""
    if is_sqlite():
        pytest.skip("the floor and what it decides are written in the server's SQL")
    lay_standards()
    seed(WORLD, "http://127.0.0.1")
    far = CaseEvent.create(
        id=700_000, company_id=1, subject_kind="", subject_id=0, act="started", title="", name="", door=""
    )
    far.delete_instance()  # later events have greater ids than people
    tasks_seed.fill(CASES.start, len(CASES), flow=tasks_seed.flow(), persons=range(WORLD.persons), over=False)
    database.close()
    yield
    database.connect(reuse_if_open=True)


class Floor:
    """The floor on a connection of its own; `comment` is what it writes."""

    def __init__(self, comment: str = "同意") -> None:
        self.comment, self.said = comment, 0

    def __call__(self, task: int, token: str) -> Any:
        now = datetime.now(UTC).replace(tzinfo=None)
        with current.connection_context():
            cursor = _Counted(current.connection().cursor(buffered=True))
            who = deciding.drive(cursor, deciding_sql.sign_in(token, now))
            current.connection().start_transaction()
            deciding.drive(cursor, deciding_sql.decision(who, task, "agree", self.comment, now))
            told = deciding.drive(cursor, deciding_answer.answer(task, now))
            current.connection().commit()
        self.said = cursor.said
        return orjson.loads(orjson.dumps(told))


class _Counted:
    def __init__(self, cursor: Any) -> None:
        self._cursor, self.said = cursor, 0

    def execute(self, *statement: Any) -> None:
        self.said += 1
        self._cursor.execute(*statement)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def product(task: int, token: str) -> Any:
    """The product, as its door calls it."""

    def decided(actor: Any) -> Any:
        done = decide(actor, task, "agree", comment="同意")
        return task_view(actor, done.task.id, turn=done.turn)

    actor = in_transaction(actor_for_token, token, "phone", write=False)
    return orjson.loads(orjson.dumps(in_transaction(decided, actor), default=str))


@pytest.mark.usefixtures("book")
def test_both_write_and_answer_the_same_with_about_as_many_statements() -> None:
    same_person = {"floor": CASES[0], "product": CASES[3]}
    floor, token, said = Floor(), WORLD.token(CASES[0] % WORLD.persons), []

    def counted(task: int, token: str) -> Any:
        with listening() as log:
            told = product(task, token)
        said.append(len(log))
        return told

    assert CASES[0] % WORLD.persons == CASES[3] % WORLD.persons
    assert same_work.differences({"floor": floor, "product": counted}, same_person, token) == []
    assert floor.said == FLOOR
    assert said == [PRODUCT + 1, PRODUCT], "the first one reads a setting, which is known then for a while"


@pytest.mark.usefixtures("book")
def test_what_they_do_differently_is_told() -> None:
    cases, token = {"floor": CASES[0], "product": CASES[3]}, WORLD.token(CASES[0] % WORLD.persons)
    told = same_work.differences({"floor": Floor("别的话"), "product": product}, cases, token)
    assert {one.partition(" is ")[0].partition(": ")[2] for one in told} >= {
        "/answers/0/case/events/1/comment", "/rows/task/0/comment", "/rows/event/1/comment",
    }  # fmt: skip
