"""My units, joining one, and my certificates (Q06, Q08, K03)."""

from __future__ import annotations

from typing import Any

from handlers.web.operations import Route, operation
from miniprogram_api.base import PhoneHandler
from miniprogram_api.shapes.phone import (
    BindingBody,
    BindingOut,
    BindingsOut,
    CertificatesOut,
    FoundUnits,
    UnitBody,
    UnitSearch,
    UnitsOut,
)
from models.core.security.actor import Actor
from models.duty import mine, my_units
from models.objectives.holding.my_posts import asked_of_me, sent_by_me
from models.personnel.bindings import bindings


class UnitHandler(PhoneHandler):
    """`/unit`: the one to work for."""

    @operation(
        "切换单位", right="phone.use", system="Q08", body=UnitBody, gives={200: UnitsOut}, refuses=(404,)
    )
    async def put(self) -> None:
        """Choose one of my units; the next scans count for it."""
        body: UnitBody = self.body
        self.answer({"units": await self.call(my_units.choose_unit, self.actor, body.unit)})


class UnitsHandler(PhoneHandler):
    """`/units`: units that one can apply to."""

    @operation("查找单位", right="bindings.apply", system="Q06", query=UnitSearch, gives={200: FoundUnits})
    async def get(self) -> None:
        """Units by part of the name, or by the whole credit code; at most 20."""
        asked: UnitSearch = self.query
        found = await self.call(bindings.find_units, self.actor, asked.q, write=False)
        self.answer({"items": [{"id": str(unit.id), "name": unit.name} for unit in found]})


class BindingsHandler(PhoneHandler):
    """`/bindings`: my applications."""

    @operation(
        "申请绑定单位",
        right="bindings.apply",
        system="Q06",
        body=BindingBody,
        gives={201: BindingOut, 200: BindingOut},
        refuses=(404, 409, 422),
    )
    async def post(self) -> None:
        """Apply to join a unit; a repeat gives the application that is there."""
        body: BindingBody = self.body
        binding, created = await self.call(bindings.apply, self.actor, body.unit, note=body.note)
        self.answer(
            await self.call(my_units.application, self.actor, binding, write=False), 201 if created else 200
        )

    @operation("我的绑定申请", right="bindings.apply", system="Q06", gives={200: BindingsOut})
    async def get(self) -> None:
        """My applications, newest first."""
        self.answer({"items": await self.call(my_units.bindings, self.actor, write=False)})


class CertificatesHandler(PhoneHandler):
    """`/certificates`: mine."""

    @operation("我的证照", right="certificates.read", system="K03", gives={200: CertificatesOut})
    async def get(self) -> None:
        """My certificates in all my units, the ones that need care first; what my posts ask, and what I sent in."""
        self.answer(await self.call(_certificates, self.actor, write=False))


def _certificates(actor: Actor) -> dict[str, Any]:
    return {"items": mine.certificates(actor), "asked": asked_of_me(actor), "sent": sent_by_me(actor)}


routes = [
    Route("/api/mp/v1/unit", UnitHandler),
    Route("/api/mp/v1/units", UnitsHandler),
    Route("/api/mp/v1/bindings", BindingsHandler),
    Route("/api/mp/v1/certificates", CertificatesHandler),
]
