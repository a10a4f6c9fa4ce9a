"""What hazards ask of the chapters above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.core.hooks import Hook

#: By ids of hazards: the points that people got for them, by hazard and person (A12).
POINTS: Hook[[Sequence[int]], Mapping[tuple[int, int], int]] = Hook("hazards.points")
#: By a company's id: the points that it gives, by what for (reported, major …).
POINTS_OFFERED: Hook[[int], Mapping[str, int]] = Hook("hazards.points_offered")
