"""The demo's posts of standards: one waits for its approval, one has an update, one is being revised (A03, J07).

And one of the second company is the group's standard, for the first one to pick.
"""

from __future__ import annotations

from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock
from models.core.ledger.changes.actions import act
from models.core.ledger.changes.editing import edit
from models.core.ledger.library.declaration import digest_of
from models.core.ledger.library.records import LibraryCopy
from models.core.ledger.library.taking import PickedStandard, take
from models.core.security.actor import Actor
from models.demo.invented_names import mobile
from models.objectives.posts.ledgers import POSTS
from models.objectives.records import Post, PostWork
from models.organization.records import Company
from models.tasks.publication.records import IN_FORCE

_WAITS, _MOVED = "观光车司机", "起重指挥"
#: What the standard said when the demo's company copied it.
_THEN = "1. 核对吊物重量、吊点、路线\n2. 用规定手势指挥"
_REVISED = "班前检查车况，按规程驾驶，停车拔钥匙；进出库房限速 5 公里"


def plant_standard_posts() -> bool:
    """Plant them, once; says whether it was now. Run it in a transaction."""
    if LibraryCopy.select().where(LibraryCopy.ledger == POSTS.name).exists():
        return False
    officer = actor_for_account(Account.get(Account.login == mobile(3)), "import")
    admin = actor_for_account(Account.get(Account.login == "admin"), "import")
    first, second = list(Company.select().where(Company.kind == "company").order_by(Company.id))[:2]
    _offer(admin, second)
    waits, moved = _copied(officer, _WAITS), _copied(officer, _MOVED)
    act(officer, POSTS, "submit", [str(waits.id)], {})
    _moved_on(moved)
    _revise(officer, Post.get(Post.company == first.id, Post.name == "叉车司机"))
    return True


def _copied(actor: Actor, name: str) -> Post:
    made = take(actor, POSTS, [PickedStandard(f"product:{name}")])["made"]
    row: Post = Post.get_by_id(int(made[0]["id"]))
    return row


def _offer(admin: Actor, company: Company) -> None:
    row = (
        Post.select()
        .where(Post.company == company.id, Post.standing == IN_FORCE)
        .order_by(Post.sequence)
        .first()
    )
    if row is not None:
        act(admin, POSTS, "offer", [str(row.id)], {})


def _moved_on(row: Post) -> None:
    """A post that was copied in spring, in force: since then the standard says more, and has one work more."""
    now = clock.now()
    Post.update(standing=IN_FORCE, in_force_at=now, duties=_THEN).where(Post.id == row.id).execute()
    copy = LibraryCopy.get(LibraryCopy.ledger == POSTS.name, LibraryCopy.row_id == row.id)
    content: Any = copy.content
    children: Any = copy.children
    content["values"]["duties"] = _THEN
    key, work = list(children["works"].items())[-1]
    PostWork.delete().where(PostWork.id == work).execute()
    content["parts"]["works"].pop(key)
    children["works"].pop(key)
    LibraryCopy.update(content=content, children=children, digest=digest_of(content)).where(
        LibraryCopy.id == copy.id
    ).execute()


def _revise(actor: Actor, row: Post) -> None:
    act(actor, POSTS, "revise", [str(row.id)], {"why": "库房门口限速 5 公里"})
    draft = Post.get(Post.replaces == row.id)
    edit(actor, POSTS, draft.id, draft.version, {"duties": _REVISED})


__all__ = ["plant_standard_posts"]
