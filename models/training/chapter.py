"""Certificates of people and their kinds, types of training and courses (C01, C02, C04, Q04)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Kind, StandardRows

CHAPTER = Chapter(
    name="training",
    title="证照",
    records=(
        *("records", "certificate_types.records", "courses.records", "uploads.records"),
        "archive.records",
    ),
    settings=("certificates.validity",),
    ledgers=(
        *("ledgers:CERTIFICATES", "certificate_types.ledgers:CERTIFICATE_TYPES"),
        *("courses.ledgers:COURSES", "courses.ledgers:TRAINING_TYPES"),
        *("archive.ledgers:TRAININGS", "uploads.ledgers:UPLOADS"),
    ),
    views=("views:CERTIFICATE_STATISTIC", "views:TRAINING_STATISTIC"),
    standards=(
        StandardRows("certificate_types", "certificate_types.standards:install_certificate_types"),
        StandardRows("courses", "courses.standards:install_courses"),
    ),
    tellers=("uploads.notifications",),
    kinds=(Kind(name="certificate_upload", title="上传的证照", ledger="certificate-uploads"),),
    acts={
        "matched": "匹配资质",
        "settle": "结算",
    },
    grants=Grants(
        everyday=("certificates", "certificate-types", "certificate-uploads", "courses", "trainings"),
        work=(
            "certificates.create",
            "certificates.edit",
            "certificates.import",
        ),
        supervised=("certificates.read", "certificates.export"),
        own=(
            *("certificates.read", "certificate-types.read", "courses.read", "trainings.read"),
            *("certificate-uploads.read", "certificate-uploads.send"),
        ),
        always_self=("certificate-uploads.send",),
        member_self=("certificate-uploads.read", "trainings.read"),
        always_company=("certificate-types.read", "courses.read"),
    ),
)
