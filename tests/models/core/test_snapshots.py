"""Who only reads sees one moment of the database, whatever is committed meanwhile."""

from __future__ import annotations

import threading
from typing import Any

from models.core.db.connection import in_transaction
from models.organization.records import Company


def test_two_questions_of_one_reader_have_one_answer(database: Any) -> None:
    database.close()

    def names() -> list[str]:
        return [row.name for row in Company.select().order_by(Company.id)]

    def reader() -> tuple[list[str], list[str]]:
        before = names()
        writer = threading.Thread(
            target=in_transaction, args=(Company.create,), kwargs={"name": "乙", "kind": "group"}
        )
        writer.start()
        writer.join(20)
        return before, names()

    in_transaction(Company.create, name="甲", kind="group")
    assert in_transaction(reader, write=False) == (["甲"], ["甲"])
    assert in_transaction(names, write=False) == ["甲", "乙"]
    database.connect(reuse_if_open=True)
