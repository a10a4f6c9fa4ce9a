"""What a route says about itself: its right, what it takes and gives. OpenAPI and the checks read this."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from inspect import signature
from typing import Any

from pydantic import BaseModel
from tornado.web import RequestHandler, URLSpec

from models.core.ledger import Ledger
from models.core.security.rights import known

PUBLIC = "public"  # nobody needs to be signed in
SIGNED_IN = "signed-in"  # any signed-in account, for what is its own
_LEDGER = "ledger:"  # the ledger's own right for this, `ledger:read`

Shape = type[BaseModel] | dict[str, Any] | Callable[[Ledger], Any] | None  # see openapi._Builder.schema


@dataclass(frozen=True)
class Operation:
    """One method of one route, as it stands in the OpenAPI."""

    summary: str
    right: str
    system: str = ""
    body: Shape = None
    query: type[BaseModel] | None = None
    gives: Mapping[int, Shape] = field(default_factory=dict)
    refuses: tuple[int, ...] = ()
    consumes: str = "application/json"
    produces: str | tuple[str, ...] = "application/json"
    before_password_change: bool = False
    headers: tuple[tuple[str, str, bool], ...] = ()  # name, description, required
    ledger_query: bool = False  # takes the filters of its ledger
    most: int | None = None  # bytes that its body may have, where its kind does not say it well enough
    load: str = ""  # which kind of request it is for the limits (guards/limits.py), where that is not seen
    may_be_empty: bool = False  # a body may be left out altogether, and is then an empty object
    rule_decides: bool = False  # the rule itself reads who asks and checks the right, together with all else

    def offered_by(self, ledger: Ledger | None) -> bool:
        """Whether the ledger, if it is a ledger's route, has a right for this."""
        if ledger is None or not self.right.startswith(_LEDGER):
            return True
        return self.right.removeprefix(_LEDGER) in ledger.rights

    def right_for(self, ledger: Ledger | None) -> str:
        """The right's name; for a ledger's route the ledger's own. Raises LookupError if there is none."""
        if self.right in (PUBLIC, SIGNED_IN):
            return self.right
        if self.right.startswith(_LEDGER):
            assert ledger is not None
            return known(ledger.rights[self.right.removeprefix(_LEDGER)])
        return known(self.right)


@lru_cache(maxsize=1024)
def row_ids(method: Any) -> frozenset[str]:
    """The parts of its address that a route's method takes as ids: those that it declares as `int`.

    They are read in one place (`JsonHandler`), before any rule is asked; what can be no row's id is answered there.
    """
    parameters = signature(method).parameters.values()
    return frozenset(one.name for one in parameters if one.annotation in (int, "int"))


def operation(summary: str, *, right: str, **options: Any) -> Callable[[Any], Any]:
    """Say of a handler's method what it is. An unknown right fails at import."""
    described = Operation(summary, right, **options)
    if not right.startswith(_LEDGER):
        described.right_for(None)

    def mark(method: Any) -> Any:
        method.operation = described
        return method

    return mark


@dataclass(frozen=True)
class Route:
    """A path template (`/api/console/v1/jobs/{id}`) and who answers it."""

    path: str
    handler: type[RequestHandler]
    ledger: Ledger | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    described: Mapping[str, Operation] = field(
        default_factory=dict
    )  # where the route says it, not the method

    def spec(self) -> URLSpec:
        """The route as Tornado takes it."""
        pattern = re.sub(
            r"\{(\w+)\}", r"(?P<\1>[^/]+)", re.escape(self.path).replace(r"\{", "{").replace(r"\}", "}")
        )
        kwargs = dict(self.options)
        if self.ledger is not None:
            kwargs["ledger"] = self.ledger
        if self.described:
            kwargs["described"] = self.described
        return URLSpec(pattern, self.handler, kwargs)

    def operations(self) -> dict[str, Operation]:
        """Its operations by lower-case method; one that the ledger has no right for is not offered."""
        found = {}
        for method in ("get", "post", "put", "patch", "delete"):
            marked = getattr(getattr(self.handler, method, None), "operation", None)
            described = self.described.get(method, marked)
            if described is None:
                continue
            if described.offered_by(self.ledger):
                found[method] = described
        return found
