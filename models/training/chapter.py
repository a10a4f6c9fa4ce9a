"""Certificates of people: matched, entered, valid until when (C03, Q04)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants

CHAPTER = Chapter(
    name="training",
    title="证照",
    settings=("certificates.validity",),
    ledgers=("ledgers:CERTIFICATES",),
    acts={
        "matched": "匹配资质",
        "settle": "结算",
    },
    grants=Grants(
        everyday=("certificates",),
        work=(
            "certificates.create",
            "certificates.edit",
            "certificates.import",
        ),
        supervised=("certificates.read", "certificates.export"),
        own=("certificates.read",),
    ),
)
