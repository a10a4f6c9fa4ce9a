"""A card as an e-mail: plain text and HTML of the same words."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from bots.card import Card
from bots.links import page
from models.core import clock
from models.core.config import config

_CELL = "padding:4px 12px 4px 0;vertical-align:top"


def write(card: Card, *, sender: str, to: str, key: str) -> EmailMessage:
    """The message. `key` makes its Message-ID: the same each time it is tried, so that mail programs show it once."""
    mail = EmailMessage()
    mail["Subject"] = _line(f"{card.number} {card.title}")
    mail["From"] = _line(sender)
    mail["To"] = _line(to)
    mail["Date"] = format_datetime(clock.local(clock.now()))
    mail["Message-ID"] = f"<{key}@{urlsplit(config().public_url).hostname or 'anban'}>"
    mail["Auto-Submitted"] = "auto-generated"
    if card.tone == "alarm":
        mail["Importance"], mail["X-Priority"] = "high", "1"
    mail.set_content(f"{card.text()}\n\n打开查看和回应：{page(card.path)}\n")
    mail.add_alternative(_html(card), subtype="html")
    return mail


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _html(card: Card) -> str:
    rows = "".join(
        f'<tr><td style="{_CELL};color:#666">{escape(fact.name)}</td><td style="{_CELL}">{escape(fact.value)}</td></tr>'
        for fact in card.facts
    )
    lead = escape(card.lead).replace("\n", "<br>")
    parts = [
        f"<p style='color:#666'>{escape(card.source)} {escape(card.number)}</p>",
        f"<h2 style='margin:0 0 8px'>{escape(card.title)}</h2>",
        f"<p>{lead}</p>" if lead else "",
        f"<table>{rows}</table>" if rows else "",
        f"<p><b>{escape(card.outcome)}</b></p>" if card.outcome else "",
        f'<p><a href="{escape(page(card.path), quote=True)}">打开查看和回应</a></p>',
    ]
    return f"<!doctype html><html lang='zh-CN'><body>{''.join(parts)}</body></html>"
