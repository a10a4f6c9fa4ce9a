"""What the lines of a trail are called, as people say it (J05)."""

from __future__ import annotations

from models.core.ledger.declaration import all_ledgers

#: What is neither the name of a transition nor of a ledger's button; those have titles of their own.
ACTS = {
    "created": "新增",
    "edited": "修改",
    "deleted": "删除",
    "revealed": "查看完整身份证号",
    "attached": "上传附件",
    "detached": "删除附件",
    "password_changed": "修改密码",
    "password_reset": "重置密码",
    "first_password_renewed": "重发初始密码",
    "roles_changed": "修改角色",
    "disabled": "停用账号",
    "enabled": "启用账号",
    "unlocked": "解除锁定",
    "session_ended": "结束登录",
    "sessions_ended": "结束全部登录",
    "other_sessions_ended": "结束其他登录",
    "second_factor_set": "设置动态口令",
    "second_factor_removed": "关闭动态口令",
    "second_factor_reset": "重置动态口令",
    "recovery_codes_renewed": "更换恢复码",
    "invited": "邀请",
    "joined": "加入单位",
    "left": "离开单位",
    "tied": "绑定账号",
    "untied": "解除绑定",
    "claim_refused": "不认这个账号",
    "told_all": "通知全部人员",
    "owner": "更换责任人",
    "moved": "移动",
    "matched": "匹配资质",
    "state_changed": "状态变化",
    "asked_extension": "申请延期",
    "extended": "延期",
    "duty": "办理法定时限",
    "correct": "更正",
    "withdraw": "撤回",
    "accept": "接受",
    "cancel": "取消",
    "drawn": "画流程",
    "published": "发布",
    "end_early": "提前结束",
    "resent": "重新发送",
    "reopened": "重新开始",
    "applied": "申请加入",
    "apply_again": "再次申请",
    "approve_offline": "线下审批",
    "confirm": "确认",
    "reject": "驳回",
    "assign": "安排整改",
    "close": "结束",
    "handed": "转交",
    "decided": "办理",
    "released": "退还待领",
    "settle": "结算",
    "exempted": "登记免扫码",
    "chat_tied": "绑定聊天账号",
    "chat_untied": "解除聊天账号",
}


def act_title(table: str, action: str) -> str:
    """An act on a row of a table, in words: as the transition calls it, the trail, or a button of one of its ledgers."""
    ledgers = [ledger for ledger in all_ledgers() if ledger.record._meta.table_name == table]
    for ledger in ledgers:
        moves = ledger.record.transitions.items if ledger.record.transitions is not None else ()
        title = next((move.title for move in moves if move.name == action), "")
        if title:
            return title
    if action in ACTS:
        return ACTS[action]
    buttons = (ledger.action_named(action) for ledger in ledgers)
    return next((button.title for button in buttons if button is not None), "修改")


__all__ = ["ACTS", "act_title"]
