"""The OpenAPI: true to the code, and nothing that fits or breaks it makes the server fail (schemathesis)."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import unittest
import urllib.error
import urllib.request
import zlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import schemathesis
import schemathesis.generation.hypothesis.builder as marks
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from handlers.web.guards.limits import DEFAULTS
from models.demo import demo_sign_ins
from tests.support.properties import EXPLORING, tries
from tests.support.started_program import Server
from tests.support.told_document import told_document

#: What schemathesis notes of a test where it had to leave something out, and its own plugin says at the end.
LEFT_OUT = (
    marks.UnsatisfiableExampleMark, marks.NonSerializableMark, marks.UnserializablePayloadMark, marks.InvalidRegexMark,
    marks.InvalidHeadersExampleMark, marks.MissingPathParameters,
)  # fmt: skip
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@dataclass
class Keys:
    """Sessions of both doors, renewed when a drawn request has ended one."""

    server: Server
    console: dict[str, str] = field(default_factory=dict)
    phone: dict[str, str] = field(default_factory=dict)
    password_console: dict[str, str] = field(default_factory=dict)
    password_phone: dict[str, str] = field(default_factory=dict)

    def renew(self) -> None:
        """Sign in anew at the doors where the session has ended (a password takes long to compare)."""
        if not self._good("/api/console/v1/session", self.console):
            self.console = self._at_console("admin")
        if not self._good("/api/mp/v1/session", self.phone):
            self.phone = self._at_phone("19900000011")

    def _good(self, path: str, headers: dict[str, str]) -> bool:
        return requests.get(f"{self.server.url}{path}", headers=headers, timeout=30).status_code == 200

    def begin(self) -> None:
        """Sign in; who tries passwords is locked out by it, as is right, so that is somebody else."""
        self.renew()
        self.password_console = self._at_console("jituan")
        self.password_phone = self._at_phone("19900000016")

    def _at_console(self, login: str) -> dict[str, str]:
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        base = f"{self.server.url}/api/console/v1/session"
        with contextlib.suppress(urllib.error.HTTPError):  # 401, but it gives the XSRF cookie
            opener.open(base)
        cookies = {item.name: item.value or "" for item in jar}
        body = json.dumps({"login": login, "password": _password(login)}).encode()
        opener.open(urllib.request.Request(base, body, {"X-XSRFToken": cookies["_xsrf"]}))
        cookies = {item.name: item.value or "" for item in jar}
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return {"Cookie": sent, "X-XSRFToken": cookies["_xsrf"]}

    def _at_phone(self, login: str) -> dict[str, str]:
        body = json.dumps({"provider": "password", "login": login, "password": _password(login)}).encode()
        request = urllib.request.Request(f"{self.server.url}/api/mp/v1/session", body)
        with urllib.request.urlopen(request) as answer:
            return {"Authorization": f"Bearer {json.load(answer)['token']}"}

    def headers_for(self, path: str) -> dict[str, str]:
        """The headers of who is signed in at the path's door."""
        if path.endswith("/password"):
            return self.password_phone if "/mp/" in path else self.password_console
        return self.phone if "/mp/" in path else self.console


def _password(login: str) -> str:
    return next(password for _, known, password, _ in demo_sign_ins() if known == login)


@pytest.fixture(scope="module")
def keys(live_server: Server) -> Keys:
    """Signed in at both doors of a server with demo data."""
    keys = Keys(live_server)
    keys.begin()
    return keys


#: Thousands of requests of one account are no honest use.
SETTINGS = {"LIMITS": json.dumps(dict.fromkeys(DEFAULTS, "1000000/60"))}
schema = schemathesis.openapi.from_dict(told_document())


@pytest.mark.one_engine
def test_the_server_tells_what_the_code_says(live_server: Server) -> None:
    with urllib.request.urlopen(f"{live_server.url}/api/openapi.json") as answer:
        told = json.load(answer)
    assert told["paths"] == told_document()["paths"]
    assert told["paths"]["/api/mp/v1/clock-ins"]["post"]["x-right"] == "clock-ins.create"


@settings(max_examples=tries(3, 8), deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_server(case: Any, keys: Keys) -> None:
    answer = case.call(base_url=keys.server.url, headers=keys.headers_for(case.operation.path))
    if answer.status_code == 401 or (answer.status_code == 204 and case.operation.path.endswith("/session")):
        keys.renew()
    case.validate_response(answer, checks=CHECKS)


def _by_turns(operations: list[APIOperation]) -> list[APIOperation]:
    """All operations but two of three of those that one handler does alike for many ledgers (`/{id}/history`).

    What a ledger's own fields shape stays for each: its list, its rows, their making and changing.
    """
    alike: defaultdict[tuple[str, str], list[APIOperation]] = defaultdict(list)
    for asked in operations:
        door, _, rest = asked.path.removeprefix("/api/").replace("/v1/ledgers/", "/v1/").partition("/v1/")
        inside = rest.partition("/")[2]
        shaped = inside in ("", "{id}") and asked.method != "delete"
        alike[asked.method, asked.path if shaped else f"{door} {inside}"].append(asked)
    return [
        asked
        for group in alike.values()
        for asked in (group[zlib.crc32(group[0].label.encode()) % 3 :: 3] if len(group) > 8 else group)
    ]


#: What is tried with every operation. Its name and words choose what Hypothesis draws.
checked = test_no_request_breaks_the_server
#: Raises InvalidSchema where the document says something that there can't be.
EVERY = [found.ok() for found in schema.get_all_operations()]
OPERATIONS = EVERY if EXPLORING else _by_turns(EVERY)
FEEDBACK = FeedbackSources(constants_value_source=make_constants_value_source(schema))


def _one_of_each(tries: Callable[..., None], label: str) -> None:
    """Leave one case of each kind of fault at each place of an operation.

    Of six wrong types for one value, or six methods that are none, every operation gets another one, so that among all of
    them there is each; what it is hangs on the operation's `label` alone.
    """
    kinds: defaultdict[tuple[str, ...], list[Any]] = defaultdict(list)
    for example in tries.hypothesis_explicit_examples:  # type: ignore[attr-defined]
        found = example.kwargs["case"].meta.phase.data
        kinds[str(found.scenario), str(found.parameter), str(found.location)].append(example)
    turn = zlib.crc32(label.encode())
    tries.hypothesis_explicit_examples = [alike[turn % len(alike)] for alike in kinds.values()]  # type: ignore[attr-defined]


@pytest.mark.one_engine
@pytest.mark.parametrize("asked", OPERATIONS, ids=lambda asked: asked.label)
def test_no_request_breaks_the_server(asked: APIOperation, keys: Keys) -> None:
    """As `schema.parametrize` does it, but what is sent is thought out here: there every process of a run does so for
    all six hundred while it collects, which takes a quarter of a minute."""
    load_all_checks()
    tries = build_operation_test(
        config=schema.config, operation=asked, test_func=checked, given_kwargs={}, feedback=FEEDBACK
    )
    if not EXPLORING:  # there every case that schemathesis thinks of is sent
        _one_of_each(tries, asked.label)
    try:
        tries(keys=keys)
    except unittest.SkipTest as error:
        raise AssertionError("nothing could be thought out to be sent") from error
    missing = [mark for mark in LEFT_OUT if mark.is_set(tries)]
    assert not missing, f"not all of it could be sent: {missing}"
