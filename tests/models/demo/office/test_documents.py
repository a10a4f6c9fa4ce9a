"""The demo's documents: some in force and partly read, one being revised, one waiting, and a library of samples (B02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models import demo
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.demo.office.documents import plant_documents
from models.regulations.records import LAW, Document
from models.regulations.samples import plant_samples, sample_documents
from models.tasks.publication.records import EditionRead
from models.tasks.records import OPEN, Task
from tests.support.prepared_rows import lay_standards


@pytest.fixture
def planted(database: Any, clock: Any, tmp_path: Path) -> Iterator[None]:
    before = config()
    configure(replace(before, data_dir=tmp_path))
    clock.set(2026, 11, 25, 17, 0)
    lay_standards()
    in_transaction(demo.plant)
    in_transaction(demo.plant_messages, "http://127.0.0.1:1")
    in_transaction(demo.plant_hazards)
    assert in_transaction(plant_documents)
    yield
    configure(before)


def test_every_state_that_one_comes_to_see_is_there(planted: None) -> None:
    own = [(row.name, row.edition, row.standing) for row in Document.select().where(~Document.sample)]
    assert sorted(own) == [
        ("动火作业管理制度", 1, "in_force"), ("叉车安全操作规程", 1, "in_force"), ("叉车安全操作规程", 2, "draft"),
        ("安全生产责任制", 1, "in_force"), ("有限空间作业管理制度", 1, "asked"), ("集团安全生产考核办法", 1, "in_force"),
        ("高处作业安全操作规程", 1, "draft"),
    ]  # fmt: skip
    assert Task.select().where(Task.subject_kind == "document", Task.state == OPEN).count() >= 1
    assert EditionRead.select().count() > 10


def test_the_library_is_shown_as_samples_and_comes_once(planted: None) -> None:
    laws = list(Document.select().where(Document.sample))
    assert len(laws) == len(sample_documents()) > 100
    assert {(row.level, row.standing, row.company_id) for row in laws} == {(LAW, "in_force", None)}
    assert all("对照" in (row.note or "") for row in laws)
    assert in_transaction(plant_samples) == 0
    assert not in_transaction(plant_documents)
