"""The ground of all other tests: no test sees what another one wrote."""

from collections.abc import Callable
from urllib.parse import urlsplit

import mysql.connector
import pytest

from models.administration.records import SignIn
from tests.support.database_reset import Emptier


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_with_an_empty_database(turn: int) -> None:
    assert SignIn.select().count() == 0, "an earlier test's rows are still there"
    SignIn.create(login=f"turn {turn}", door="console", outcome="ok")
    assert SignIn.select().count() == 1


def test_rows_born_with_the_schema_come_back_and_others_go(
    engine: str, new_database: Callable[[], str]
) -> None:
    if engine != "mariadb":
        pytest.skip("SQLite's databases are copied")
    url = new_database()
    parts = urlsplit(url)
    connection = mysql.connector.connect(
        host=parts.hostname,
        port=parts.port,
        user="root",
        password="",
        database=parts.path[1:],
        autocommit=True,
    )
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE kind (id INT PRIMARY KEY, name VARCHAR(20))")
    cursor.execute(
        "CREATE TABLE thing (id INT PRIMARY KEY, kind INT, FOREIGN KEY (kind) REFERENCES kind (id))"
    )
    cursor.execute("INSERT INTO kind VALUES (1, 'forklift')")
    with Emptier.of(url) as emptier:
        cursor.execute("UPDATE kind SET name = 'changed'")
        cursor.execute("INSERT INTO kind VALUES (2, 'crane')")
        cursor.execute("INSERT INTO thing VALUES (1, 2)")
        emptier.empty()
        cursor.execute("SELECT id, name FROM kind")
        assert cursor.fetchall() == [(1, "forklift")]
        cursor.execute("SELECT COUNT(*) FROM thing")
        assert cursor.fetchone() == (0,)
    connection.close()
