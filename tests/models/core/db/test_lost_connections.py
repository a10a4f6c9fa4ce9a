"""A connection that the server closes is replaced without a word, and never given to anybody again."""

import threading

import pytest
from peewee import InternalError, ProgrammingError

from models.core.db import cursors
from models.core.db.connection import database as current
from models.core.db.connection import in_transaction, open_database
from models.core.errors import Unavailable
from models.organization.records import Company
from scripts.services.process import free_port
from tests.support.databases import mariadb_server


@pytest.fixture
def house(database, engine):
    if engine != "mariadb":
        pytest.skip("an embedded database has no connections to lose")
    database.close()
    yield database
    database.connect(reuse_if_open=True)


def connection_id():
    return current.execute_sql("SELECT CONNECTION_ID()").fetchone()[0]


def kill(number):
    mariadb_server().run(f"KILL {number}")


def companies():
    return in_transaction(lambda: [row.name for row in Company.select().order_by(Company.id)], write=False)


def test_killed_between_two_rules(house):
    first = in_transaction(connection_id)
    assert in_transaction(connection_id) == first
    kill(first)
    assert in_transaction(connection_id) != first


def test_killed_inside_a_rule_that_then_runs_anew(house):
    used = []

    def rule():
        used.append(connection_id())
        Company.create(name="甲", kind="group")
        if len(used) == 1:
            kill(used[0])
        return Company.create(name="乙", kind="group").name

    assert in_transaction(rule) == "乙"
    assert used[0] != used[1]
    assert companies() == ["甲", "乙"]


def test_killed_at_the_commit_is_told_and_not_done_again(house):
    used = []

    def rule():
        Company.create(name="甲", kind="group")
        used.append(connection_id())
        kill(used[-1])

    with pytest.raises(Unavailable):
        in_transaction(rule)
    assert len(used) == 1
    assert companies() == []
    assert in_transaction(connection_id) != used[0]


def test_all_killed_while_they_rest(house):
    together, numbers = threading.Barrier(6), []

    def rule():
        numbers.append(connection_id())
        together.wait(10)

    def many(work):
        threads = [threading.Thread(target=in_transaction, args=(work,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    many(rule)
    assert len(set(numbers)) == 6
    for number in numbers:
        kill(number)
    assert not {in_transaction(connection_id) for _ in range(8)} & set(numbers)


def test_works_without_the_connectors_c_part(house):
    class Plain:
        asked = None

        def cursor(self, **options):
            self.asked = options
            return "a cursor"

    connection = Plain()
    assert cursors.open_cursor(connection) == "a cursor"
    assert connection.asked == {"buffered": True}


def test_a_server_that_is_away_is_said_in_words(house):
    url = f"mysql://root@127.0.0.1:{free_port()}/anban"
    before = current.obj
    open_database(url)
    try:
        with pytest.raises(Unavailable) as raised:
            in_transaction(connection_id)
    finally:
        current.initialize(before)
    assert raised.value.as_json()["code"] == "unavailable"
    assert raised.value.retry_after > 0


def test_a_deadlock_inside_a_savepoint_is_tried_again(house) -> None:
    """The server has forgotten the savepoint then, and says so on the way out instead of the deadlock."""
    tries = []

    def work() -> int:
        tries.append(1)
        try:
            raise InternalError(1213, "Deadlock found")
        except InternalError:
            if len(tries) < 3:
                raise ProgrammingError(1305, "SAVEPOINT does not exist")  # noqa: B904 - as Peewee's exit raises it
        return len(tries)

    assert in_transaction(work) == 3
    with pytest.raises(ProgrammingError):
        in_transaction(_wrong)


def _wrong() -> None:
    raise ProgrammingError(1305, "SAVEPOINT does not exist")
