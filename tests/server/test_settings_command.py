"""`anban settings`: listed, shown, set for a company or the group, and given back, on the server itself (J08)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from models.core.config import config, configure
from models.core.db.connection import close_database, in_transaction, open_database
from models.organization.records import Company
from server.cli import main


@pytest.fixture
def run(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Result]]:
    """The command, on a database with a group and two companies."""
    open_database(database_url)
    in_transaction(_companies)
    close_database()
    monkeypatch.setenv("ANBAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ANBAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ["settings", *words])

    before, logging = config(), structlog.get_config()
    yield call
    close_database()
    configure(before)
    structlog.configure(**logging)


def _companies() -> None:
    group = Company.create(name="集团", kind="group", path="/1/")
    for name in ("清源水务", "碧泉水务"):
        row = Company.create(name=name, kind="company", parent=group, path="/")
        Company.update(company_root=row.id, path=f"/1/{row.id}/").where(Company.id == row.id).execute()


def test_a_setting_from_the_command_line(run: Callable[..., Result]) -> None:
    listed = run("list")
    assert listed.exit_code == 0, listed.output
    assert "urge-minutes" in listed.output and "10 分钟" in listed.output
    refused = run("set", "urge-minutes", "0")
    assert (refused.exit_code, "应在 1 到 1440 之间（单位：分钟）" in refused.output) == (1, True)
    assert run("set", "urge-minutes", "15", "--note", "太密").exit_code == 0
    own = run("set", "urge-minutes", "30", "--company", "清源水务")
    assert "现在：30 分钟（本单位设置）" in own.output, own.output
    assert "15 分钟（集团） → 30 分钟" in own.output and "服务器命令行" in own.output
    assert (
        "现在：15 分钟（沿用集团（集团）的设置）"
        in run("show", "urge-minutes", "--company", "碧泉水务").output
    )
    later = run("set", "urge-minutes", "40", "--company", "清源水务", "--from", "2099-01-01")
    assert "现在：30 分钟" in later.output and "还没生效" in later.output
    back = run("inherit", "urge-minutes", "--company", "清源水务")
    assert "现在：15 分钟（沿用集团（集团）的设置）" in back.output, back.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "nothing"), "没有这一项设置"),
        (("set", "urge-minutes", "20", "--company", "别家"), "没有这家公司"),
        (("set", "urge-minutes", "20", "--from", "明天吧"), "读不懂"),
        (("set", "file-keep-hours", "20", "--company", "清源水务"), "单独设置"),
    ],
)
def test_what_can_not_be_is_said(run: Callable[..., Result], words: tuple[str, ...], told: Any) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert told in result.output
