"""What a group may set of files: how large one may be, how long what was made or uploaded for a while is kept."""

from __future__ import annotations

from models.core.config import config
from models.core.fields import Integer
from models.core.settings import CompanySetting

_GROUP = "文件和保留"
ATTACHMENT_MB = CompanySetting(
    "attachment-mb", _GROUP, Integer("附件最大", min=1, max=20, unit="MB"), default=20, whole_group=True
)
IMPORT_ROWS = CompanySetting(
    "import-rows",
    _GROUP,
    Integer("一次导入最多", min=100, max=50_000, unit="行"),
    default=50_000,
    whole_group=True,
)
FILE_KEEP_HOURS: CompanySetting[int] = CompanySetting(
    "file-keep-hours",
    _GROUP,
    Integer(
        "导出和上传的表格保留",
        min=1,
        max=720,
        unit="小时",
        help="导出的文件、上传待导入的表、错误清单、标签；加密保存，到时删除",
    ),
    default=lambda: config().file_keep_hours,
    whole_group=True,
)
PICTURE_DAYS: CompanySetting[int] = CompanySetting(
    "card-picture-days",
    _GROUP,
    Integer("聊天卡片的照片可看", min=1, max=365, unit="天", help="从发出那天起"),
    default=lambda: config().card_picture_days,
    whole_group=True,
)
