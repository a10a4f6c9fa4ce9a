"""My long-running work and the files that it made."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web import schemas
from handlers.web.operations import SIGNED_IN, Route, operation
from models.core import jobs, mime


class JobsHandler(ConsoleHandler):
    """`/jobs`."""

    @operation("我的后台任务", right=SIGNED_IN, gives={200: schemas.items_schema(schemas.JOB)})
    async def get(self) -> None:
        """My newest jobs."""
        self.answer({"items": await self.call(jobs.mine, self.actor, write=False)})


class JobHandler(ConsoleHandler):
    """`/jobs/{id}`."""

    @operation("后台任务", right=SIGNED_IN, gives={200: schemas.JOB}, refuses=(404,))
    async def get(self, id: str) -> None:
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
    async def get(self, id: str) -> None:
        """The file that it made, for as long as it is kept."""
        name, mime, path = await self.call(jobs.file_of, self.actor, id, write=False)
        self.stream_headers(name, mime, path.stat().st_size)
        with path.open("rb") as source:
            while chunk := await self.call.plain(source.read, 256 * 1024):
                self.write(chunk)
                await self.flush()
        self.finish()

    def stream_headers(self, name: str, mime: str, size: int) -> None:
        """The headers of a download that is written in pieces."""
        from urllib.parse import quote

        self.set_header("Content-Type", mime)
        self.set_header("Content-Length", str(size))
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}")
        self.set_header("X-Request-Id", self.request_id)


routes = [
    Route("/api/console/v1/jobs", JobsHandler),
    Route("/api/console/v1/jobs/{id}", JobHandler),
    Route("/api/console/v1/jobs/{id}/file", JobFileHandler),
]
