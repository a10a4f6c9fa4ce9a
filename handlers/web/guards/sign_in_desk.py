"""Where both doors sign people in: a place in the queue first, then look, compare, decide (docs/decisions/sign-in.md).

Whoever finds the queue full, or waits after wrong passwords, is told so without a question to the database and without
argon2. No thread of the rules waits for argon2.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from prometheus_client import Counter

from handlers.web.calling import Caller
from models.administration.sign_in.sign_in import SignedIn, SignInTry, locked
from models.core import clock
from models.core.errors import AnbanError, TooMany
from models.core.security import password_hashing

TRIES = Counter("anban_sign_ins_total", "Tries to sign in, by what came of them", ("outcome",))
SPRAYED = Counter("anban_sign_ins_sprayed_total", "Sources noticed as trying many logins")
_MEMORY = 20_000
_REMEMBERED = timedelta(
    seconds=5
)  # so long a wait is known here, then the database is asked: it may be taken away


class SignInDesk:
    """Takes tries of one process, a bounded number at a time."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self._waits: dict[tuple[str, str], tuple[datetime, datetime]] = {}  # until when, known until when

    async def sign_in(self, attempt: SignInTry) -> SignedIn:
        """The session. Raises what `sign_in` of the rules raises, and TooMany `busy`."""
        try:
            if not attempt.known:
                self._refuse_known_wait(attempt)
            with password_hashing.pool().take(first=attempt.known) as place:
                signed_in = await self._decided(attempt, place)
        except AnbanError as error:
            TRIES.labels(error.code).inc()
            if isinstance(error, TooMany) and attempt.waits_as is not None and not attempt.known:
                self._remember(attempt, error.retry_after)
            raise
        TRIES.labels("ok").inc()
        return signed_in

    async def _decided(self, attempt: SignInTry, place: password_hashing.QueuePlace) -> SignedIn:
        await self._call(attempt.look, write=False)
        await asyncio.wrap_future(place.submit(attempt.compare))
        outcome = await self._call(attempt.decide)
        if attempt.sprayed:
            SPRAYED.inc()
        if isinstance(outcome, AnbanError):
            raise outcome
        return outcome

    def _refuse_known_wait(self, attempt: SignInTry) -> None:
        now = clock.now()
        for key in attempt.origin().keys:
            found = self._waits.get(key)
            if found is not None and now < min(found):
                raise locked(found[0])

    def _remember(self, attempt: SignInTry, seconds: int) -> None:
        now = clock.now()
        if len(self._waits) > _MEMORY:
            self._waits = {key: each for key, each in self._waits.items() if min(each) > now}
        if attempt.waits_as is not None and len(self._waits) <= _MEMORY:
            until = now + timedelta(seconds=seconds)
            self._waits[attempt.waits_as] = until, now + _REMEMBERED
