"""The sheet 使用单位导入人员 (Q05): its columns, what is asked before it is written, and what is left to be done after."""

from __future__ import annotations

from models.administration.accounts.membership_words import membership
from models.core.fields import Flag
from models.core.ledger import FollowUp, ImportPlan
from models.organization import place_names
from models.organization.records import DECIDE_BINDINGS
from models.personnel.importing import check, first_passwords, undo

PEOPLE = ImportPlan(
    columns=("name", "id_number", "phone", "open_account", "site", "department"),
    file_name="使用单位导入人员.xlsx",
    key=("id_number",),
    samples={"name": "王大友", "phone": "13800000000", "open_account": "是"},
    aliases={
        "name": ("人员姓名", "名字"),
        "open_account": ("添加账号", "开通账号", "是否开通账号"),
        "site": ("所属厂站", "所在厂站"),
        "department": ("所属部门", "所在部门"),
    },
    notes=(
        "身份证号填 18 位，联系电话填 11 位手机号。",
        "是否添加账号选“是”：账号是联系电话，本人登录后自己设密码。",
        "厂站、部门可以不填；几个厂站有同名的部门时，写成“厂站/部门”。",
        "初始密码在上传检查后选：激活码（推荐，导入后下载清单交给本人），或身份证号后 6 位。",
        f"{membership()}。",
        "没有审核权限的人导入，选“是”的人要等可审核的人通过。",
        "名单里已有的人会更新电话、厂站和部门，不会重复新增；已移出单位的人不会恢复，除非导入时选了“重新绑定”。",
    ),
    lookup={"site": place_names.sites, "department": place_names.departments},
    check=check.check,
    prepare=check.prepare,
    reads=("invitation",),
    options=(
        ("first_password", first_passwords.FOR_A_SHEET),
        ("bring_back", Flag("把已移出单位的人重新绑定", help="不选：这些人不改动")),
        (
            "move_login",
            Flag("换了手机号的，登录账号也改成新手机号", default=True, help="不选：仍用旧手机号登录"),
        ),
    ),
    asks=check.asks,
    concerned=check.concerned,
    remarks=check.remarks,
    holds=undo.holds,
    touched=undo.brought_back,
    undo=undo.undo,
    follow=FollowUp(
        "codes",
        "下载激活码",
        DECIDE_BINDINGS,
        left=first_passwords.left_to_hand_out,
        lines=first_passwords.draw_left,
        file=first_passwords.sheet,
        when={"account_state": ("uncoded", "invited", "over")},
        again="每生成一次都给每人换新的激活码，以前生成的作废。",
    ),
)

__all__ = ["PEOPLE"]
