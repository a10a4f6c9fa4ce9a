"""A card as a text message: short, the case number first, and where to answer."""

from __future__ import annotations

from bots.card import Card
from bots.links import page

MOST = 300  # characters; the provider splits it into 67 each


def text_of(card: Card) -> str:
    """The whole text, without the signature that the provider sets before it."""
    facts = "，".join(f"{fact.name}{fact.value}" for fact in card.facts)
    words = [part for part in (card.title, card.outcome or facts, "" if card.outcome else card.lead) if part]
    link = f" {page(card.path)}"
    head = f"{card.number} {'；'.join(words)}".strip().replace("\n", " ")
    return f"{head[: MOST - len(link)]}{link}"


def parameters_of(card: Card) -> dict[str, str]:
    """What a provider's template may name: number, title, place, time, hurt, level. 35 characters each at most."""
    facts = {fact.name: fact.value for fact in card.facts}
    values = {
        "number": card.number or "-", "title": card.title, "place": facts.get("地点", "-"),
        "time": facts.get("时间", "-"), "hurt": facts.get("伤亡", "-"), "level": facts.get("等级", "-"),
    }  # fmt: skip
    return {name: value[:35] for name, value in values.items()}
