"""建议 and a line of words in the chat: it is made at once, once, and the card says where it is (A10)."""

from __future__ import annotations

from models.objectives.suggestions.records import Suggestion
from tests.bots.flow.test_commands import opens, say, title
from tests.bots.flow.wired import Wired


def test_a_line_of_words_is_a_suggestion(wired: Wired) -> None:
    card = say(wired, "建议 叉车加蓝光灯")
    assert title(card).endswith("建议已送出")
    made = Suggestion.get()
    assert (made.what, made.state, made.hidden) == ("叉车加蓝光灯", "asked", False)
    assert opens(card) == f"/pages/ledger/row?ledger=suggestions&id={made.id}"


def test_without_words_the_form_opens(wired: Wired) -> None:
    card = say(wired, "提建议")
    assert title(card) == "提一条建议"
    assert opens(card) == "/pages/ledger/form?ledger=suggestions"
    assert not Suggestion.select().exists()
