"""The plant to try everything at: planted only in a demo, on top of all chapters."""

from __future__ import annotations

from models.core.chapters import Chapter, Planting

CHAPTER = Chapter(
    name="demo",
    title="演示",
    records=(),
    demo=(
        Planting("聊天和通知", "office.messages:plant_messages", sandbox=True),
        Planting("网格和隐患", "hazards.hazards:plant_hazards"),
        Planting("岗位和定期工作", "office.duties:plant_duties"),
        Planting("岗位要求和培训", "office.requirements:plant_requirements"),
        Planting("标准岗位", "office.standard_posts:plant_standard_posts"),
        Planting("安全会议", "office.meetings:plant_meetings"),
        Planting("制度文件", "office.documents:plant_documents"),
        Planting("建议和安全活动", "office.suggestions:plant_suggestions"),
        Planting("签名、定位和学习网址", "office.signed:plant_signatures"),
        Planting("过去的事故", "office.accidents:plant_accidents"),
        Planting("安全资质", "office.qualifications:plant_qualifications"),
    ),
)
