"""All chapters, in the order of their floors: a chapter may import what stands before it in this list, and nothing else.

tests/house/test_floors.py sees to it. What a lower chapter must hear of a higher one goes by news and reactions, or by a
hook. docs/chapters.md says how to add a chapter, or an entry in one.
"""

from __future__ import annotations

from models.accidents.chapter import CHAPTER as ACCIDENTS
from models.administration.chapter import CHAPTER as ADMINISTRATION
from models.core.chapter import CHAPTER as CORE
from models.demo.chapter import CHAPTER as DEMO
from models.desk.chapter import CHAPTER as DESK
from models.duty.chapter import CHAPTER as DUTY
from models.equipment.chapter import CHAPTER as EQUIPMENT
from models.grid.chapter import CHAPTER as GRID
from models.hazards.chapter import CHAPTER as HAZARDS
from models.messages.chapter import CHAPTER as MESSAGES
from models.objectives.chapter import CHAPTER as OBJECTIVES
from models.organization.chapter import CHAPTER as ORGANIZATION
from models.personnel.chapter import CHAPTER as PERSONNEL
from models.regulations.chapter import CHAPTER as REGULATIONS
from models.tasks.chapter import CHAPTER as TASKS
from models.training.chapter import CHAPTER as TRAINING

CHAPTERS = (
    CORE,
    ORGANIZATION,
    ADMINISTRATION,
    MESSAGES,
    TASKS,
    GRID,
    REGULATIONS,
    EQUIPMENT,
    TRAINING,
    PERSONNEL,
    DUTY,
    HAZARDS,
    ACCIDENTS,
    OBJECTIVES,
    DESK,
    DEMO,
)

#: The groups of the menu, from top to bottom. Ledgers of a group that is not here stand below these.
MENU = (
    "扫码上岗",
    "任务管理",
    "风险隐患",
    "事故事件",
    "目标职责",
    "制度管理",
    "教育培训",
    "现场管理",
    "统计分析",
    "通知",
    "标准模板",
    "系统管理",
)
