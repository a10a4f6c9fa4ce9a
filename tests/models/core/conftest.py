"""The small ledgers of `house`, declared for the time of a test, and two companies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from peewee import Database

from models.core.config import Config, configure
from models.core.ledger import declaration
from models.core.security.actor import Actor
from models.organization.records import Company
from tests.models.core import small_ledgers


@dataclass
class World:
    """Company A with a site, company B, and somebody with all rights in each and over both."""

    a: Company
    b: Company
    site: Company
    in_a: Actor
    in_b: Actor
    over: Actor


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    """Two companies, with the ledgers of `house` declared."""
    declaration.all_ledgers()  # so that none of the house is declared into what is put in its place
    monkeypatch.setattr(declaration, "_ledgers", {ledger.name: ledger for ledger in small_ledgers.LEDGERS})
    configure(Config(data_dir=tmp_path))
    a, b = small_ledgers.company("甲公司"), small_ledgers.company("乙公司")
    site = small_ledgers.company("甲一厂", a, "site")
    yield World(a, b, site, small_ledgers.actor(a), small_ledgers.actor(b), small_ledgers.actor(a, b))
    configure(Config())
