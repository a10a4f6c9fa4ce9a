"""Programs of others that take part in the tests as independent peers, installed beside their tests."""

from __future__ import annotations

from scripts.setup.fronts import install_modules
from scripts.setup.stamps import ROOT

_PEERS = (ROOT / "tests" / "bots" / "peer",)


def prepare() -> None:
    """Install the npm packages of every peer whose lock file changed. Raises Stop if Node is missing."""
    for source in _PEERS:
        install_modules(source)
