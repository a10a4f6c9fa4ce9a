"""A small plant for a sandbox that runs alone: invented people, and keys that open nothing else."""

from __future__ import annotations

from bots.sandbox.core.people import Agent, Department, Member, SandboxGroup, Seed


def example(callback_url: str = "") -> Seed:
    """Six people of a waterworks, one app, two groups with robots."""
    return Seed(
        corp_id="ww0sandbox0example",
        corp_name="清源水务",
        agents=[
            Agent(
                1000002,
                "安班",
                secret="sandbox-secret-of-the-app",
                token="sandboxtoken",
                aes_key="c2FuZGJveC1hZXMta2V5LW9mLTMyLWJ5dGVzISEhISE",
                callback_url=callback_url,
            )
        ],
        departments=[
            Department(1, "清源水务"),
            Department(2, "一水厂", 1),
            Department(3, "安全环保部", 1),
        ],
        members=[
            Member("wangjian", "王建", [2], "维修工", "13800000001"),
            Member("lifang", "李芳", [2], "班长", "13800000002"),
            Member("zhaomin", "赵敏", [1], "厂长", "13800000003"),
            Member("chenlei", "陈磊", [3], "安全员", "13800000004"),
            Member("sunyan", "孙艳", [2], "叉车司机", "13800000005"),
            Member("zhoubo", "周波", [1], "分管领导", "13800000006"),
        ],
        groups=[
            SandboxGroup(
                "wr-yishuichang",
                "一水厂安全群",
                ["wangjian", "lifang", "zhaomin", "chenlei", "sunyan"],
                [("sandbox-robot-one", "安全播报")],
            ),
            SandboxGroup(
                "wr-yingji",
                "应急指挥群",
                ["zhaomin", "chenlei", "zhoubo"],
                [("sandbox-robot-two", "事故快报")],
            ),
        ],
    )
