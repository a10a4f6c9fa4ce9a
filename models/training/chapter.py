"""Certificates of people and their kinds, types of training and courses (C01, C02, C04, Q04)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Standard

CHAPTER = Chapter(
    name="training",
    title="证照",
    records=("records", "certificate_types.records", "courses.records"),
    settings=("certificates.validity",),
    ledgers=(
        *("ledgers:CERTIFICATES", "certificate_types.ledgers:CERTIFICATE_TYPES"),
        *("courses.ledgers:COURSES", "courses.ledgers:TRAINING_TYPES"),
    ),
    standards=(
        Standard("certificate_types", "certificate_types.standards:install_certificate_types"),
        Standard("courses", "courses.standards:install_courses"),
    ),
    acts={
        "matched": "匹配资质",
        "settle": "结算",
    },
    grants=Grants(
        everyday=("certificates", "certificate-types", "courses"),
        setting_up=("certificates.delete", "certificate-types.edit", "courses.edit", "courses.import"),
        supervised=("certificates.read", "certificates.export"),
        own=("certificates.read", "certificate-types.read", "courses.read"),
        always_company=("certificate-types.read", "courses.read"),
    ),
)
