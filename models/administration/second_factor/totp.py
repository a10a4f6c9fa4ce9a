"""Codes of six digits that change every half minute (TOTP, RFC 6238), by pyotp."""

from __future__ import annotations

import io
import secrets
from datetime import datetime

import pyotp
import qrcode
from qrcode.image.svg import SvgPathImage

ISSUER = "安班"
PERIOD = 30  # seconds
WINDOW = 1  # steps before and after: clocks differ


def new_secret() -> str:
    """A new secret, 160 random bits in base 32 (RFC 4226, section 4)."""
    return pyotp.random_base32(32)


def uri(secret: str, login: str) -> str:
    """What an authenticator program reads from the QR code."""
    return pyotp.TOTP(secret, interval=PERIOD).provisioning_uri(name=login, issuer_name=ISSUER)


def picture(text: str) -> str:
    """A QR code as an SVG picture (text)."""
    made = qrcode.make(text, image_factory=SvgPathImage, box_size=10, border=2)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue().decode()


def step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step that the code is of; None for a wrong one, and for one not newer than the step `after`."""
    present = int(now.timestamp()) // PERIOD
    totp = pyotp.TOTP(secret, interval=PERIOD)
    found = None
    for step in range(present - WINDOW, present + WINDOW + 1):
        if secrets.compare_digest(totp.at(step * PERIOD).encode(), code.encode("utf-8", "replace")):
            found = step
    return found if found is not None and found > after else None
