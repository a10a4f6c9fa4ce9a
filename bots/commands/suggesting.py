"""建言建议 in the chat: 建议 and a line of words, with the photos sent just before, and it is on its way (A10)."""

from __future__ import annotations

from urllib.parse import quote

from bots.card import Button, Card, Fact
from bots.commands import CommandCall, command
from bots.commands.answers import card
from bots.commands.snapping import waiting_photos
from models.core.files import photos
from models.core.ledger.changes import once
from models.core.ledger.pages import phone_page
from models.core.security.actor import Actor
from models.objectives.suggestions.ledgers import SUGGESTIONS
from models.objectives.suggestions.records import Suggestion
from models.objectives.suggestions.suggesting import KIND, LEDGER

_FORM = f"/pages/ledger/form?ledger={quote(LEDGER)}"


@command("suggestion", "建议", "建言", "建言建议", "合理化建议", "提建议", with_words=True)
def suggested(asked: CommandCall) -> Card:
    """With words the suggestion is made at once; without, the form in one tap."""
    if not asked.words.strip():
        lead = "发“建议”加一句话就送出，如：建议 叉车加蓝光灯；也可以点开来写、拍照"
        return card(
            asked,
            "提一条建议",
            lead=lead,
            path=_FORM,
            buttons=(Button("打开来写", path=_FORM, style="primary"),),
        )
    values = {"what": asked.words.strip()[:1000], "company": str(asked.member.__data__["company"])}
    made = once.create(asked.actor, SUGGESTIONS, values, key=f"chat-{asked.inbound_id}")
    pictures = _take(asked.actor, int(made["id"]), waiting_photos(asked))
    path = phone_page(KIND, made["id"])
    facts = [Fact("进展", str(made["values"]["stands"]))] + (
        [Fact("照片", f"{pictures} 张")] if pictures else []
    )
    return card(
        asked, "建议已送出", lead=made["label"], number=str(made["values"]["number"]), facts=tuple(facts), path=path,
        buttons=(Button("看进展", path=path),),
    )  # fmt: skip


def _take(actor: Actor, suggestion_id: int, waiting: list[int]) -> int:
    """The photos that were sent just before belong to it."""
    return photos.take_there(actor, LEDGER, Suggestion.get_by_id(suggestion_id), waiting) if waiting else 0
