"""A unit's own words for a kind of message: which kinds there are, what `{…}` may stand for, how it will look (J08)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.core.chapters import chapters
from models.core.errors import Invalid
from models.core.fields import Choice
from models.core.ledger import ProbeFinding
from models.core.security.actor import Actor

_WORDED = [worded for chapter in chapters() for worded in chapter.worded]
KINDS = tuple(Choice(kind, title) for worded in _WORDED for kind, title in worded.kinds.items())
#: What `{…}` may name, each with what it may look like.
PLACES: Mapping[str, str] = {name: example for worded in _WORDED for name, example in worded.places.items()}
HELP = "可以写 " + "".join(f"{{{name}}}" for name in PLACES) + "，发送时换成当时的内容"
_PLACE = re.compile(r"\{([^{}]{1,20})\}")
Values = dict[str, Any]


def filled(text: str, facts: Mapping[str, str]) -> str:
    """`text` with `{地点}` and the like replaced; what names no fact stays as it was typed.

    Only names are looked up, nothing is evaluated: the text comes from a form.
    """
    return _PLACE.sub(lambda found: facts.get(found[1].strip(), found[0]), text)


def unknown_places(text: str) -> list[str]:
    """The `{…}` in a text that stand for nothing."""
    return [found for found in dict.fromkeys(_PLACE.findall(text)) if found.strip() not in PLACES]


def preview(actor: Actor, values: Values) -> ProbeFinding:
    """How the words look with an example filled in; says where a `{…}` stands for nothing."""
    title, body = str(values.get("title") or ""), str(values.get("body") or "")
    lost = unknown_places(title + body)
    facts = (("标题", filled(title, PLACES) or "—"), ("内容", filled(body, PLACES)))
    if lost:
        return ProbeFinding("没有这几项：" + "、".join(f"{{{name}}}" for name in lost), "warn", facts)
    return ProbeFinding("发出去是这样（举例）", "good", facts)


def check(values: Values) -> None:
    """Raise Invalid at the words in which a `{…}` stands for nothing."""
    wrong = {}
    for name in ("title", "body"):
        lost = unknown_places(str(values.get(name) or ""))
        if lost:
            wrong[name] = f"没有 {{{lost[0]}}} 这一项，可以用：{'、'.join(PLACES)}"
    if wrong:
        raise Invalid(fields=wrong)
