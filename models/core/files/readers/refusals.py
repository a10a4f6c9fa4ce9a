"""How the reading of a file from outside ends when it does not end well."""

from __future__ import annotations

from typing import Any

from models.core.errors import Invalid, TooMany

WHY = {
    "slow": "打开它花的时间太长",
    "memory": "它展开后太大",
    "output": "它展开后太大",
    "died": "文件已损坏，或者内容不正常",
    "failed": "文件已损坏，或者内容不正常",
}


class UnreadableFile(Invalid):
    """The reader died of the file, or gave it up. `why` is one of `WHY`."""

    code = "unreadable_file"
    title = "文件读不出来"

    def __init__(self, why: str) -> None:
        self.why = why
        advice = "请用原来的软件打开，另存一份后再上传"
        super().__init__(cause=WHY[why], advice=advice, fields={"file": "文件读不出来"})
        self.status = 422


class Busy(TooMany):
    """So many files wait to be read that this one would wait too long."""

    code = "readers_busy"
    title = "上传的人太多"

    def __init__(self) -> None:
        super().__init__(
            retry_after=5, cause="正在依次处理前面的文件", advice="请过几秒再试，文件不用重新选择"
        )


class ReadingRefused(Exception):
    """The task itself says no; `told` is what it says, as JSON. Whoever asked makes a refusal of it."""

    def __init__(self, told: Any) -> None:
        self.told = told
        super().__init__("refused")
