"""What tests of acts on many rows do again and again."""

from __future__ import annotations

from models.core.db.connection import in_transaction
from models.core.jobs import jobs
from models.core.ledger.bulk import acts, running
from models.core.ledger.bulk.chosen import AskedRows


def ids(*rows):
    return [str(row.id) for row in rows]


def everything(count=None, **parts):
    return AskedRows(everything=True, count=count, **parts)


def begin(actor, ledger, kind, asked, **options):
    """Start an act, wait for its job, and give it as it is then."""
    begun = in_transaction(running.start, actor, ledger, kind, asked, **options)
    if begun["job"] is not None:
        jobs.wait(int(begun["job"]["id"]))
    return acts.find(actor, int(begun["act"]["id"]))
