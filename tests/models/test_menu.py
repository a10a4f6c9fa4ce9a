"""The menu of ledgers names what people look for, by chapter and in their words, and to each only what they may read."""

from __future__ import annotations

from typing import Any

from models.core.ledger.describe import menu
from models.demo.invented_names import mobile
from tests.models.test_ledgers import actor, plant

__all__ = ["plant"]


def test_menus_name_what_people_look_for(plant: Any) -> None:
    told = {group["title"]: [item["title"] for item in group["items"]] for group in menu(actor("admin"))}
    assert told == {
        "扫码上岗": ["上岗日志", "设备", "人员", "绑定申请", "证照"],
        "任务管理": ["所有任务", "指派任务", "所有审批", "代理与交接", "流程"],
        "风险隐患": ["网格管理", "隐患台账", "危险源"],
        "事故事件": ["事故快报"],
        "目标职责": [
            *("安全会议", "岗位职责", "人员岗位", "定人定岗", "投入计划", "投入计划项目", "绩效积分"),
            *("积分规则", "安全资质"),
        ],
        "制度管理": ["制度文件", "制度目录"],
        "教育培训": [
            *("岗位证照要求", "人员持证", "证照上传", "岗位培训要求", "培训课程", "培训记录", "培训类型"),
            "证照种类",
        ],
        "现场管理": ["岗位危害因素", "危害因素"],
        "通知": ["发送记录", "通知预案", "升级链", "消息用语", "联系与代理"],
        "标准模板": ["网格模板", "重大隐患判定标准"],
        "系统管理": [
            *("公司", "用户", "角色", "登录设备", "登录日志", "个人信息查看记录", "操作日志"),
            *("企业微信账号", "企业微信应用", "通讯录核对", "通知群", "短信服务", "邮件服务器"),
            *("作业项目", "设备种类", "工作日历"),
        ],
    }
    chapters = (
        "扫码上岗 任务管理 风险隐患 事故事件 目标职责 制度管理 教育培训 现场管理 通知 标准模板 系统管理"
    )
    assert list(told) == chapters.split()
    worker = {item["ledger"] for group in menu(actor(mobile(11))) for item in group["items"]}
    assert worker == {
        *("clock-ins", "certificates", "accidents", "proxies", "hazards", "hazard-sources", "grid", "points"),
        *("major-criteria", "posts", "person-posts", "post-works", "documents", "document-folders"),
        *("post-certificates", "post-trainings", "post-factors", "hazard-factors"),
        *("certificate-types", "courses", "training-types", "trainings"),
        *("certificate-uploads", "required-certificates"),
    }
