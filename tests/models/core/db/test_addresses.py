"""Which database an address names."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.core.db.connection import build_database


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("sqlite:///near.db", "near.db"),
        ("sqlite:///var/near.db", "var/near.db"),
        ("sqlite:///n%C3%A4h.db", "näh.db"),
        ("sqlite:near.db", "near.db"),
        ("sqlite:///{folder}/far.db", "{folder}/far.db"),
    ],
)
def test_a_file_is_near_or_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, file: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    assert build_database(address.format(folder=tmp_path)).database == file.format(folder=tmp_path)


def test_a_server_by_name_door_and_account() -> None:
    made = build_database("mariadb://anban:p%40ss@db.example:3307/plant?connection_timeout=9")
    asked = made.connect_params
    assert (made.database, asked["host"], asked["port"]) == ("plant", "db.example", 3307)
    assert (asked["user"], asked["password"], asked["connection_timeout"]) == ("anban", "p@ss", 9)
    usual = build_database("mysql:///plant").connect_params
    assert (usual["host"], usual["port"], usual["user"], usual["connection_timeout"]) == (
        "127.0.0.1",
        3306,
        "",
        5,
    )


@pytest.mark.parametrize("address", ["postgres://x/y", "plant.db", ""])
def test_what_is_no_address_of_ours(address: str) -> None:
    with pytest.raises(ValueError, match="ANBAN_DATABASE_URL"):
        build_database(address)
