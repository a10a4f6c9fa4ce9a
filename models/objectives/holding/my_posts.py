"""What my posts are and ask of me: duties, work, certificates, training, hazard factors (K02), my certificates (K03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from models.core import clock
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.duty import mine
from models.objectives.holding.ledgers import STANDING
from models.objectives.holding.my_training import files_of, standing_of_types
from models.objectives.holding.records import HELD, RequiredCertificate
from models.objectives.posts.wording import rhythm
from models.objectives.records import READ_POSTS, PersonPost, Post, PostWork
from models.objectives.requirements.records import HazardFactor, PostCertificate, PostFactor, PostTraining
from models.training.certificate_types.records import CertificateType
from models.training.courses.records import TrainingType
from models.training.uploads.records import ACCEPTED, CertificateUpload

_STANDS = {choice.value: choice for choice in STANDING.choices}
_ORDER = ("missing", "expired", "expiring", "valid")
_WISHED = {"state": "wished", "state_title": "有更好", "tone": "plain"}


def my_posts(actor: Actor) -> list[dict[str, Any]]:
    """The actor's posts in the unit worked for: {id, name, duties, works, certificates, trainings, factors}.

    Raises Forbidden.
    """
    actor.require(READ_POSTS)
    files = files_of(actor)
    pairs = list(PersonPost.select().where(PersonPost.person.in_(files or (0,))))
    posts = sorted(
        load_rows(Post, {pair.post_id for pair in pairs}).values(), key=lambda row: (row.sequence, row.id)
    )
    ids = [post.id for post in posts]
    works, certificates = _works(actor, ids), _certificates(actor, files, ids)
    trainings, factors = _trainings(actor, files, ids), _factors(actor, ids)
    return [
        {
            "id": str(post.id), "name": post.name, "duties": post.duties or "", "works": works[post.id],
            "certificates": certificates[post.id], "trainings": trainings[post.id], "factors": factors[post.id],
        }
        for post in posts
    ]  # fmt: skip


def my_certificates(actor: Actor) -> dict[str, Any]:
    """{items, asked, sent}: what the actor holds in all units, what their posts in this one ask, what they sent in (K03)."""
    return {"items": mine.certificates(actor), "asked": asked_of_me(actor), "sent": sent_by_me(actor)}


def asked_of_me(actor: Actor) -> list[dict[str, Any]]:
    """The certificates that the actor has to hold in the unit worked for, what lacks first (K03):
    [{type, title, posts, state, state_title, tone, until, number}].
    """
    rows = list(RequiredCertificate.select().where(RequiredCertificate.person.in_(files_of(actor) or (0,))))
    kinds = load_rows(CertificateType, {row.type_id for row in rows})
    found = [
        {
            "type": str(row.type_id), "title": kinds[row.type_id].title, "posts": row.posts, **_standing(row),
            "number": row.number or "",
        }
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda item: (_ORDER.index(item["state"]), item["title"]))


def sent_by_me(actor: Actor) -> list[dict[str, Any]]:
    """What the actor sent in and nobody has accepted yet, newest first: [{id, title, number, state, state_title, reason}]."""
    mine = CertificateUpload.person.in_(files_of(actor) or (0,))
    rows = list(
        CertificateUpload.select()
        .where(mine, CertificateUpload.state != ACCEPTED)
        .order_by(CertificateUpload.id.desc())
    )
    kinds = load_rows(CertificateType, {row.type_id for row in rows})
    title_of = CertificateUpload.state.title_of
    return [
        {
            "id": str(row.id), "title": kinds[row.type_id].title, "number": row.number, "state": row.state,
            "state_title": title_of(row.state), "reason": row.reason or "",
        }
        for row in rows
    ]  # fmt: skip


def asked_at(record: Any, actor: Actor, posts: Iterable[int]) -> list[Any]:
    """What some posts are asked in the unit worked for."""
    whose = record.in_use_at(actor.company_id)
    return list(record.select().where(record.post.in_(list(posts) or (0,)), whose).order_by(record.id))


def _standing(row: RequiredCertificate) -> dict[str, Any]:
    said = _STANDS[STANDING.standing(row, clock.today())]
    until = row.ends_on.isoformat() if row.held == HELD else None
    return {"state": said.value, "state_title": said.title, "tone": said.tone, "until": until}


def _works(actor: Actor, posts: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = PostWork.select().where(
        PostWork.post.in_(list(posts) or (0,)), PostWork.company == actor.company_id, PostWork.enabled
    )
    for row in rows.order_by(PostWork.next_on, PostWork.id):
        found[row.post_id].append({"title": row.name, "detail": row.target or "", "rhythm": rhythm(row)})
    return found


def _certificates(
    actor: Actor, files: Sequence[int], posts: Collection[int]
) -> dict[int, list[dict[str, Any]]]:
    needs = asked_at(PostCertificate, actor, posts)
    kinds = load_rows(CertificateType, {row.type_id for row in needs})
    mine = RequiredCertificate.select().where(RequiredCertificate.person.in_(list(files) or (0,)))
    held = {row.type_id: _standing(row) for row in mine}
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in needs:
        stands = held.get(row.type_id) if row.must else None
        found[row.post_id].append(
            {
                "title": kinds[row.type_id].title,
                "detail": row.limits or "",
                "until": None,
                **(stands or _WISHED),
            }
        )
    return found


def _trainings(actor: Actor, files: Sequence[int], posts: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    needs = asked_at(PostTraining, actor, posts)
    types = load_rows(TrainingType, {row.type_id for row in needs})
    stands = standing_of_types(files, needs)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in needs:
        stand = {name: stands[row.id][name] for name in ("state", "state_title", "tone", "detail", "until")}
        found[row.post_id].append({"title": types[row.type_id].name, **stand})
    return found


def _factors(actor: Actor, posts: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    rows = asked_at(PostFactor, actor, posts)
    factors = load_rows(HazardFactor, {row.factor_id for row in rows})
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row.post_id].append({"title": factors[row.factor_id].name, "detail": row.detail or ""})
    return found


__all__ = ["asked_at", "asked_of_me", "my_posts", "sent_by_me"]
