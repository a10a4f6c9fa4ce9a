"""The OpenAPI document itself (https://spec.openapis.org/oas/v3.1.0): its parts, not what is in them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from handlers.web.shapes.ledgers.ledgers import RightOut
from handlers.web.shapes.values import Value


class DocumentInfo(BaseModel):
    """What is described."""

    title: str
    version: str


class DocumentServer(BaseModel):
    """Where it is."""

    url: str


class DocumentOut(BaseModel):
    """The document."""

    model_config = ConfigDict(alias_generator=lambda name: name.replace("x_", "x-"))

    openapi: str
    info: DocumentInfo
    servers: list[DocumentServer]
    paths: dict[str, dict[str, Value]]
    components: dict[str, dict[str, Value]]
    x_rights: list[RightOut]
