"""From where somebody asks: the address of the running request, for the logs alone."""

from __future__ import annotations

from contextvars import ContextVar

_address: ContextVar[str | None] = ContextVar("address", default=None)


def came_from(address: str | None) -> None:
    """Say from which address the running request came; each request has a context of its own."""
    _address.set((address or "")[:64] or None)


def address() -> str | None:
    """The address of the running request; None for what the house does by itself."""
    return _address.get()


def masked(text: str | None) -> str | None:
    """An address as people read it who need not know the whole: 10.12.*.*, 2001:db8:*."""
    if not text:
        return None
    if ":" in text:
        return ":".join(text.split(":")[:2]) + ":*"
    return ".".join([*text.split(".")[:2], "*", "*"])
