"""What leaders see of all chapters first."""

from __future__ import annotations

from models.core.chapters import Chapter

CHAPTER = Chapter(name="desk", title="今日", records=())
