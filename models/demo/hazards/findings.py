"""What people find in the demo, in their words, with what is done about it (E07)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoFinding:
    """Something that is wrong, as people say it, with its picture, what to do and what was done."""

    scene: str
    what: tuple[str, ...]
    measures: str
    result: str
    places: tuple[str, ...]


FINDINGS = (
    DemoFinding("cable", ("电缆裸露", "配电柜出线电缆破皮", ""), "断电挂牌，更换破损段，穿管敷设", "已换线并穿管，送电正常",
         ("配电室", "焊接工位", "叉车充电间")),
    DemoFinding("coupling", ("泵联轴器没有防护罩", "联轴器罩壳掉了"), "停泵，按图加装防护罩", "防护罩已装好，试运行正常",
         ("1号泵房", "制冷机房", "空压站")),
    DemoFinding("oil", ("叉车通道地面有油", "地面油污，容易滑", ""), "清理油污，查漏点，设警示牌", "油污已清，叉车接头已换",
         ("成品仓库", "装卸站台", "车辆通道")),
    DemoFinding("rail", ("护栏断了一截", "临边护栏松动"), "拉警戒线，焊接修复护栏", "护栏已焊好、刷漆",
         ("装卸站台", "总装线", "锅炉房")),
    DemoFinding("exit", ("安全出口被货物堵住", "疏散通道堆了纸箱", ""), "立即清空，地面画线", "通道已清空，画了禁放线",
         ("成品仓库", "货架区", "食堂")),
    DemoFinding("extinguisher", ("灭火器压力不足", "灭火器指针在红区"), "更换灭火器，建点检卡", "已更换，点检卡已挂",
         ("综合楼", "食堂", "焊接工位", "冷藏间")),
    DemoFinding("manhole", ("井盖没有盖", "检查井井盖破损"), "围挡，换承重井盖", "井盖已换，围挡已撤",
         ("厂区道路", "车辆通道", "集装箱堆场")),
    DemoFinding("rope", ("起重机钢丝绳断丝", "吊钩防脱扣坏了"), "停用，换钢丝绳，重新检验", "钢丝绳已换，检验合格",
         ("桥式起重机", "集装箱堆场", "钢材堆场")),
)  # fmt: skip
