"""A start whose key does not open the data that is there is refused with words, and changes nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from models.core.config import Config, config, configure
from models.core.db.connection import close_database, database, in_transaction, migrate, open_database
from models.organization.records import Company, Person
from server import logs
from server.cli import main

NUMBER = "330102198802290013"


@pytest.fixture
def anban(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Runs `anban migrate` over data that was written under the key `first`."""
    before, mask = config(), os.umask(0o022)
    monkeypatch.setattr(logs, "set_up", lambda level: None)
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANBAN_DATA_DIR", str(tmp_path))
    configure(Config(secret_key="first"))
    open_database(f"sqlite:///{tmp_path}/anban.db")
    migrate()

    def plant() -> None:
        company = Company.create(name="江澜重工", kind="company")
        Person.create(company=company, name="方格一", id_number=NUMBER, phone="19912340001")

    in_transaction(plant)
    close_database()

    def run(**settings: str) -> Result:
        for name, value in settings.items():
            monkeypatch.setenv(f"ANBAN_{name.upper()}", value)
        return CliRunner().invoke(main, ("migrate",))

    yield run
    close_database()
    configure(before)
    os.umask(mask)


def refused(result: Result, *words: str) -> None:
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.output


def test_its_own_key_and_a_newer_one_before_it_are_taken(anban: Callable[..., Result]) -> None:
    assert anban(secret_key="first").exit_code == 0
    assert anban(secret_key="second", previous_secret_keys='["first"]').exit_code == 0


def test_another_key_is_refused_and_the_old_one_still_serves(anban: Callable[..., Result]) -> None:
    refused(anban(secret_key="second"), "打不开", "ANBAN_SECRET_KEY", "没有改动数据库")
    refused(anban(secret_key="second", previous_secret_keys='["third"]'), "打不开")
    assert anban(secret_key="first", previous_secret_keys="[]").exit_code == 0


def test_a_lost_key_is_not_replaced(anban: Callable[..., Result], tmp_path: Path) -> None:
    refused(anban(), "secret.key")
    assert not (tmp_path / "secret.key").exists(), "the next start would take it for the right one"
    (tmp_path / "secret.key").write_text("first")
    assert anban().exit_code == 0


def test_keys_in_the_wrong_order_find_nobody(anban: Callable[..., Result]) -> None:
    refused(
        anban(secret_key="first", previous_secret_keys='["zeroth"]'), "ANBAN_PREVIOUS_SECRET_KEYS", "次序"
    )


def test_a_single_row_that_no_key_opens_stops_nothing(anban: Callable[..., Result], tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path}/anban.db")
    with database.connection_context():
        database.execute_sql(
            "INSERT INTO person (version, created_at, updated_at, company_id, name, name_sort, id_number, id_hash, phone, role,"
            " may_review) SELECT 1, created_at, updated_at, company_id, '方格二', '', 's1.00000000.AAAA', 'x', phone, role, 0"
            " FROM person"
        )
    close_database()
    assert anban(secret_key="first").exit_code == 0
