"""A document in force is looked at again from time to time: what came of it is kept, and when the next time is (B03)."""

from __future__ import annotations

from typing import Any

from models.core import clock, history
from models.core.errors import Invalid
from models.core.fields import Choice, Day, LongText, Pick
from models.core.ledger import Action
from models.core.security.actor import Actor
from models.regulations.records import EDIT_DOCUMENTS, Document
from models.tasks.publication.records import IN_FORCE

KEEP, REVISE, END = "keep", "revise", "end"
RESULTS = (
    Choice(KEEP, "继续有效", "good"),
    Choice(REVISE, "需要修订", "warn"),
    Choice(END, "应当废止", "bad"),
)


def review(actor: Actor, rows: list[Document], values: dict[str, Any]) -> list[Document]:
    """Write down a review: result, opinion, next day. Raises Invalid for a day that is over.

    The edition itself stays as it is, but for its next review; the record stands in its trail.
    """
    row, until = rows[0], values.get("next_on")
    actor.require(EDIT_DOCUMENTS, row)
    if until is not None and until <= clock.today():
        raise Invalid(fields={"next_on": "下次评审日期要在今天以后"})
    if values["result"] == KEEP and until is None:
        raise Invalid(fields={"next_on": "继续有效的，请填下次评审日期"})
    title = next(choice.title for choice in RESULTS if choice.value == values["result"])
    lines = [
        {"field": "review", "title": "评审结论", "old": None, "new": title},
        {"field": "opinion", "title": "评审意见", "old": None, "new": values["opinion"]},
    ]
    if until is not None and until != row.review_on:
        lines += history.differences(Document, {"review_on": row.review_on}, {"review_on": until})
        row = row.change(review_on=until)
    history.note(actor, row, "review", lines)
    return [row]


REVIEW = Action(
    "review", "评审", EDIT_DOCUMENTS, review, when={"standing": (IN_FORCE,)},
    confirm="记下这次评审的结论，留在变更记录里；要改内容请点“修订”。",
    fields=(
        ("result", Pick("评审结论", RESULTS, required=True, default=KEEP)),
        ("opinion", LongText("评审意见", max=500, required=True, help="谁参加、看了什么、为什么")),
        ("next_on", Day("下次评审日期", until=True)),
    ),
)  # fmt: skip

__all__ = ["REVIEW", "review"]
