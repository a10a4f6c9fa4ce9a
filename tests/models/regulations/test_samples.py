"""A law that nobody compared with its text never looks like one that somebody did (B02)."""

from __future__ import annotations

from models.core.ledger.reading.describe import describe
from models.regulations.ledgers import DOCUMENTS
from models.regulations.records import Document
from models.regulations.samples import plant_samples
from tests.models.regulations.conftest import Library


def test_a_list_says_of_every_sample_that_it_is_to_be_checked(library: Library) -> None:
    assert plant_samples() > 100
    assert not Document.select().where(~Document.sample).exists()
    columns = [
        column for column in describe(DOCUMENTS, library.admin)["columns"] if column.get("shown", True)
    ]
    fields = [column["field"] for column in columns]
    assert fields.index("name") < fields.index("sample") < fields.index("number"), "in sight, beside the name"
    assert Document.sample.title == "样例（待核对）"
