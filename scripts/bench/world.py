"""The people, certificates and equipment that the load is drawn from: the same for floor and product."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from models.core.labels.label_codes import new_label_code

#: Operator codes with the equipment they are for: (code, project, equipment type).
TRADES = (
    ("N1", "叉车司机", "叉车"),
    ("Q2", "起重机司机", "桥式起重机"),
    ("G1", "工业锅炉司炉", "承压蒸汽锅炉"),
)


@dataclass(frozen=True)
class World:
    """Numbered persons and equipment of a few companies; number n belongs to company and trade n mod …

    A person may clock in on every piece of equipment of the same company and trade. Numbers are 0-based.
    """

    persons: int = 3000
    equipment: int = 3000
    companies: int = 2
    seed: str = "anban-bench"

    @property
    def groups(self) -> int:
        """How many company–trade groups there are; within one, every person fits every piece of equipment."""
        return self.companies * len(TRADES)

    def company_of(self, number: int) -> int:
        """The company (0-based) of a person or a piece of equipment."""
        return number % self.companies

    def trade_of(self, number: int) -> tuple[str, str, str]:
        """Operator code, project and equipment type of a person or a piece of equipment."""
        return TRADES[number // self.companies % len(TRADES)]

    def token(self, number: int) -> str:
        """The bearer token of a person: 43 characters, as 32 random bytes have in base64."""
        return hashlib.sha256(f"{self.seed}:token:{number}".encode()).hexdigest()[:43]

    def equipment_code(self, number: int) -> str:
        """The 10 characters on the label of a piece of equipment, of which the last is the check."""
        return new_label_code(random.Random(f"{self.seed}:label:{number}"))

    @cached_property
    def _order(self) -> tuple[int, int]:
        """Stride and start of a walk that meets every pair once and looks drawn at random."""
        random_source, total = random.Random(self.seed), len(self._cells) * self._block**2
        stride = random_source.randrange(total // 3, total) | 1
        while _gcd(stride, total) != 1:
            stride += 2
        return stride, random_source.randrange(total)

    @cached_property
    def _cells(self) -> range:
        return range(self.groups)

    @property
    def _block(self) -> int:
        """Persons and pieces of equipment in each group (those beyond the last full group stay idle)."""
        return min(self.persons, self.equipment) // self.groups

    @property
    def pairs(self) -> int:
        """How many different pairs of person and equipment there are."""
        return self.groups * self._block**2

    def walk(self, start: int, count: int) -> Iterator[tuple[int, int]]:
        """Pairs (person, equipment) number ``start`` to ``start + count`` of the shuffled list, none twice.

        Raises ValueError when the list is too short for that.
        """
        if start + count > self.pairs:
            raise ValueError(f"only {self.pairs} pairs, asked for {start + count}")
        stride, offset = self._order
        for step in range(start, start + count):
            rest, group = divmod((offset + step * stride) % self.pairs, self.groups)
            person, equipment = divmod(rest, self._block)
            yield person * self.groups + group, equipment * self.groups + group


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a
