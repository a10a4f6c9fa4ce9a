"""What a certificate's column `code` may say: operator codes, and kinds of certificates without one by their name (C02)."""

from __future__ import annotations

from collections.abc import Mapping

from models.equipment import standards
from models.equipment.operator_codes.needs import project_names
from models.training.certificate_types.records import CertificateType


class KnownKinds(dict[str, str]):
    """The names of all kinds by what stands in the column `code`; `years` are the periods of those that are no operator
    codes, None where nothing is known.
    """

    def __init__(self, projects: Mapping[str, str], years: Mapping[str, int | None]) -> None:
        super().__init__(projects)
        self.years = years
        self.update((name, name) for name in years)


def known_kinds(company: int | None = None) -> KnownKinds:
    """All kinds that a company has, or everybody's."""
    rows = CertificateType.select(CertificateType.name, CertificateType.validity_years)
    return KnownKinds(
        project_names(),
        dict(rows.where(CertificateType.code.is_null(), CertificateType.in_use_at(company)).tuples()),
    )


def kinds_in_words(company: int | None = None) -> dict[str, str]:
    """What people call each kind, by what stands in the column: 叉车司机 N1."""
    return {code: name if name == code else f"{name} {code}" for code, name in known_kinds(company).items()}


def years_of(code: str, kinds: Mapping[str, str]) -> int | None:
    """How many years a certificate is good; None where that is not known, and so not asked about."""
    if isinstance(kinds, KnownKinds) and code in kinds.years:
        return kinds.years[code]
    return standards.certificate_rules(code).validity_years


def is_operator_code(code: str, kinds: Mapping[str, str]) -> bool:
    """Whether it is a code of TSG Z6001 (or one that nobody knows), and no other kind of certificate."""
    return not (isinstance(kinds, KnownKinds) and code in kinds.years)


__all__ = ["KnownKinds", "is_operator_code", "kinds_in_words", "known_kinds", "years_of"]
