"""A card as no platform knows it: what is asked, the facts, a picture, what one can do (L01 to L04).

A composer in `bots/cards/` makes one from a message; a renderer of a platform draws it. A card says what it shows of
which version of which thing, so that a click can be answered by what has happened meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

SELECTABLE = 10  # options of a choice that stands beside buttons, on every platform
SHORT = 26  # characters of a title that every platform shows
Tone = Literal["plain", "info", "warn", "alarm", "done"]
Style = Literal["primary", "plain", "danger"]
_TONES: tuple[Tone, ...] = get_args(Tone)
_STYLES: tuple[Style, ...] = get_args(Style)


def tone(word: str) -> Tone:
    """The tone that a rule names; plain where no card knows it."""
    return next((each for each in _TONES if each == word), "plain")


def style(word: str) -> Style:
    """The style of a button that a flow names; plain where no card knows it."""
    return next((each for each in _STYLES if each == word), "plain")


@dataclass(frozen=True)
class Fact:
    """One line: what, and how it stands."""

    name: str
    value: str


@dataclass(frozen=True)
class Button:
    """A verb. With `path` it opens that path of the phone client; without, a press comes back as `verb`."""

    text: str
    verb: str = ""
    path: str = ""
    style: Style = "plain"


@dataclass(frozen=True)
class Select:
    """A choice inside the card; what is chosen comes with the press of a button. `options` are (id, text).

    With `many` several may be chosen.
    """

    key: str
    title: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""
    many: bool = False


@dataclass(frozen=True)
class Card:
    """One card. (`kind`, `subject_id`, `version`) is what it shows; at most four `facts`, six `buttons`.

    `outcome` is set when nothing is to be done any more: who did what, when. Then there are no buttons. `follows` is set
    on one that must show its end, and of which small changes before are not worth an update: it is drawn as what the
    platform lets us change, and a permission that can be used once is kept for the end.
    """

    kind: str
    subject_id: int
    version: int
    title: str
    lead: str = ""
    about: str = ""  # what it is about, in full: shown where the title does not say all of it
    number: str = ""  # the case number: first in the text, so that a search in the chat finds all of it
    tone: Tone = "plain"
    source: str = "安班"
    facts: tuple[Fact, ...] = ()
    below: str = ""  # what is worth saying where there is room: it stands last and is cut first
    picture_id: int | None = None  # an attachment
    before_id: int | None = None  # how it was before: shown beside the picture, both named
    buttons: tuple[Button, ...] = ()
    selects: tuple[Select, ...] = ()
    path: str = ""  # what a tap on the card itself opens, in the phone client
    outcome: str = ""
    follows: bool = False

    def text(self) -> str:
        """The card in words, for ways that know no cards."""
        lines = [f"{self.title}", *([self.lead] if self.lead else [])]
        lines += [f"{fact.name}：{fact.value}" for fact in self.facts]
        lines += [self.below] if self.below else []
        if self.outcome:
            lines.append(self.outcome)
        head, *rest = lines
        return "\n".join([f"{self.number} {head}".strip(), *rest])

    def as_json(self) -> dict[str, Any]:
        """As `Message.card` keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Card:
        """The card that was kept."""
        return cls(
            **{
                **kept,
                "tone": tone(kept.get("tone", "plain")),
                "facts": tuple(Fact(**each) for each in kept.get("facts", ())),
                "buttons": tuple(Button(**each) for each in kept.get("buttons", ())),
                "selects": tuple(
                    Select(**{**each, "options": tuple(map(tuple, each["options"]))})
                    for each in kept.get("selects", ())
                ),
            }
        )
