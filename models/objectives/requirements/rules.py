"""What may be asked of a post, and by whom (A03): a company of its own posts, and beside the standard of standard ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.core.errors import Invalid
from models.core.ledger.changes.default_rules import plain_create, plain_delete
from models.core.ledger.changes.shared_rows import check_key, of_company, shared_edit
from models.core.ledger.parts import Rules
from models.core.records import Record
from models.core.security.actor import Actor
from models.objectives.records import EDIT_POSTS, Post

Values = dict[str, Any]


def rules_for(record: type[Record], what: str) -> Rules:
    """The rules of a table of what posts ask; `what` is its column beside the post."""
    return Rules(_create(record, what), shared_edit(record, ("post", what)), plain_delete(record))


def _create(record: type[Record], what: str) -> Callable[[Actor, Values], Any]:
    """What is asked of a company's post is that company's; of a standard post it is everybody's or one company's own.

    Raises Invalid where the post is another company's than the one named, or asks for it already.
    """

    def create(actor: Actor, values: Values) -> Any:
        post = Post.get_by_id(values["post"])
        if post.company_id is None:
            values = of_company(actor, EDIT_POSTS, values)
        elif values.get("company") in (None, post.company_id):
            values = {**values, "company": post.company_id}
        else:
            raise Invalid(fields={"company": f"“{post.name}”是别的单位的岗位，请选岗位所在的单位"})
        check_key(record, values["company"], {"post": post.id, what: values[what]})
        return plain_create(record)(actor, values)

    return create


__all__ = ["rules_for"]
