"""The chat sandbox (L07): a platform that speaks WeCom's wire protocol, with phones to look at, on its own port.

It knows nothing of Anban, as WeCom doesn't: apps reach it by its base address, and it reaches them by their
callback address. `build(state_path, people)` gives one; `python -m bots.sandbox` runs one alone.
"""

from bots.sandbox.application import SERVER_OPTIONS, Sandbox, build
from bots.sandbox.core.people import Agent, Department, Member, SandboxGroup, Seed

__all__ = ["SERVER_OPTIONS", "Agent", "Department", "Member", "Sandbox", "SandboxGroup", "Seed", "build"]
