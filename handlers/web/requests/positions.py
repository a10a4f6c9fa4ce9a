"""A position in a request: brought to the datum that is kept (docs/decisions/coordinates.md)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, model_validator

from models.core.coordinates import GCJ02, WGS84, is_nowhere, to_gcj02

Datum = Literal["gcj02", "wgs84"]


class Position(BaseModel):
    """Degrees; `datum` says of which kind, here that of Chinese maps where nothing is said. 0, 0 is no position."""

    lng: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    datum: Datum = Field(default=GCJ02, exclude=True)

    @model_validator(mode="after")
    def _as_kept(self) -> Position:
        if is_nowhere(self.lng, self.lat):
            self.lng = self.lat = None
        if self.datum == WGS84 and self.lng is not None and self.lat is not None:
            self.lng, self.lat = to_gcj02(self.lng, self.lat)
        self.datum = GCJ02
        return self


class SensedPosition(Position):
    """As a device senses it: from satellites where nothing else is said."""

    datum: Datum = Field(default=WGS84, exclude=True)


__all__ = ["Position", "SensedPosition"]
