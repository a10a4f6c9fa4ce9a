"""My long-running work and the files that it made."""

from __future__ import annotations

import contextlib

from handlers.base import ConsoleHandler
from handlers.web.operations import SIGNED_IN, Route, operation
from handlers.web.shapes.jobs import Job, JobsOut
from models.core.files import mime, stored
from models.core.jobs import jobs


class JobsHandler(ConsoleHandler):
    """`/jobs`."""

    @operation("我的后台任务", right=SIGNED_IN, gives={200: JobsOut})
    async def get(self) -> None:
        """My newest jobs."""
        self.answer({"items": await self.call(jobs.mine, self.actor, write=False)})


class JobHandler(ConsoleHandler):
    """`/jobs/{id}`."""

    @operation("后台任务", right=SIGNED_IN, gives={200: Job}, refuses=(404,))
    async def get(self, id: int) -> None:
        """How far it is, and what came of it."""
        self.answer(await self.call(jobs.find, self.actor, id, write=False))


class JobFileHandler(ConsoleHandler):
    """`/jobs/{id}/file`."""

    @operation(
        "下载任务文件",
        right=SIGNED_IN,
        gives={200: {"type": "string", "format": "binary"}},
        produces=mime.MADE,
        refuses=(404,),
    )
    async def get(self, id: int) -> None:
        """The file that it made, for as long as it is kept."""
        name, mime, kept = await self.call(jobs.file_of, self.actor, id)
        self.file_headers(name, mime)
        self.set_header("Content-Length", str(await self.call.plain(stored.size_of, stored.JOBS, kept)))
        with contextlib.closing(stored.pieces(stored.JOBS, kept)) as pieces:
            while (piece := await self.call.plain(next, pieces, None)) is not None:
                self.write(piece)
                await self.flush()
        self.finish()


routes = [
    Route("/api/console/v1/jobs", JobsHandler),
    Route("/api/console/v1/jobs/{id}", JobHandler),
    Route("/api/console/v1/jobs/{id}/file", JobFileHandler),
]
