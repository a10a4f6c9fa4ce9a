"""The table of the platform's API: which address is which function."""

from __future__ import annotations

import re
from typing import Any

from bots.sandbox.core.people import Department, Member
from bots.sandbox.wecom import menus
from bots.sandbox.wecom.calls import Api, Blob, SandboxCall
from bots.sandbox.wecom.errors import ApiRefused
from bots.sandbox.wecom.sending import agent_of

OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
_GET, _POST = ("GET",), ("POST",)


def _get_token(call: SandboxCall) -> dict[str, Any]:
    return OK | call.platform.tokens.give(call.query.get("corpid", ""), call.query.get("corpsecret", ""))


def _send(call: SandboxCall) -> dict[str, Any]:
    answer, notes = call.platform.sendings.send(call.app, call.body, call.fate)
    call.notes += notes
    return answer


def _update(call: SandboxCall) -> dict[str, Any]:
    return call.platform.recalls.update(call.app, call.body)


def _recall(call: SandboxCall) -> dict[str, Any]:
    return call.platform.recalls.recall(call.app, call.body)


def _upload(call: SandboxCall) -> dict[str, Any]:
    name, data = _file(call)
    return OK | call.platform.media.upload(call.query.get("type", ""), name, data)


def _upload_picture(call: SandboxCall) -> dict[str, Any]:
    media = call.platform.media.upload_picture(*_file(call))
    return OK | {"url": f"{call.base}/sandbox/media/{media.id}"}


def _get_media(call: SandboxCall) -> Blob:
    media = call.platform.media.use(call.query.get("media_id"))
    return Blob(media.data, media.name, media.mime)


def _file(call: SandboxCall) -> tuple[str, bytes]:
    if call.file is None:
        raise ApiRefused(44001)
    return call.file.filename, call.file.body


def _chat_create(call: SandboxCall) -> dict[str, Any]:
    return call.platform.app_chats.create(call.app, call.body)


def _chat_get(call: SandboxCall) -> dict[str, Any]:
    return call.platform.app_chats.get(call.app, call.query.get("chatid", ""))


def _chat_update(call: SandboxCall) -> dict[str, Any]:
    return call.platform.app_chats.update(call.app, call.body)


def _chat_send(call: SandboxCall) -> dict[str, Any]:
    answer, notes = call.platform.app_chats.send(call.app, call.body, call.fate)
    call.notes += notes
    return answer


def _menu_create(call: SandboxCall) -> dict[str, Any]:
    agent = agent_of(call.app, call.query.get("agentid"))
    agent.menu = menus.check(call.body)
    call.platform.people_changed()
    return OK


def _menu_get(call: SandboxCall) -> dict[str, Any]:
    agent = agent_of(call.app, call.query.get("agentid"))
    if not agent.menu:
        raise ApiRefused(46003)
    return OK | {"button": agent.menu}


def _menu_delete(call: SandboxCall) -> dict[str, Any]:
    agent_of(call.app, call.query.get("agentid")).menu = []
    call.platform.people_changed()
    return OK


def _agent_get(call: SandboxCall) -> dict[str, Any]:
    agent = agent_of(call.app, call.query.get("agentid"))
    users = [{"userid": member.userid} for member in call.platform.people.seen_by(agent)]
    return OK | {
        "agentid": agent.agent_id,
        "name": agent.name,
        "close": 0,
        "allow_userinfos": {"user": users},
    }


def _shown(member: Member) -> dict[str, Any]:
    # Since 2022 an app gets no mobile number and no e-mail by this way.
    return {
        "userid": member.userid,
        "name": member.name,
        "department": member.departments,
        "position": member.position,
        "status": 1,
        "enable": 1,
        "main_department": member.departments[0] if member.departments else 1,
    }


def _user_get(call: SandboxCall) -> dict[str, Any]:
    userid = call.query.get("userid", "")
    if not userid:
        raise ApiRefused(41009)
    member = call.platform.people.find(userid)
    if member is None or not call.platform.people.sees(call.app, member):
        raise ApiRefused(60111)
    return OK | _shown(member)


def _user_list(call: SandboxCall) -> dict[str, Any]:
    members = _of_department(call)
    return OK | {"userlist": [_shown(member) for member in members]}


def _user_simple_list(call: SandboxCall) -> dict[str, Any]:
    names = ("userid", "name", "department")
    return OK | {
        "userlist": [{name: _shown(member)[name] for name in names} for member in _of_department(call)]
    }


def _of_department(call: SandboxCall) -> list[Member]:
    people, id_ = call.platform.people, call.query.get("department_id", "")
    if not id_.isdecimal() or int(id_) not in people.departments:
        raise ApiRefused(60003)
    if call.query.get("fetch_child") == "1":
        found = people.in_departments([int(id_)])
    else:
        found = [member for member in people.members.values() if int(id_) in member.departments]
    return [member for member in found if people.sees(call.app, member)]


def _user_by_mobile(call: SandboxCall) -> dict[str, Any]:
    member = call.platform.people.by_phone(str(call.body.get("mobile") or ""))
    if member is None or not call.platform.people.sees(call.app, member):
        raise ApiRefused(46004 if member is None else 60011)
    return OK | {"userid": member.userid}


def _departments(call: SandboxCall) -> dict[str, Any]:
    people, id_ = call.platform.people, call.query.get("id", "")
    wanted = people.below(int(id_)) if id_.isdecimal() else set(people.departments)
    if not wanted & set(people.departments):
        raise ApiRefused(60003)
    rows = [each for each in people.departments.values() if each.id in wanted]
    return OK | {"department": [_department(each) for each in rows]}


def _department(each: Department) -> dict[str, Any]:
    return {"id": each.id, "name": each.name, "parentid": each.parentid, "order": 1}


def _user_info(call: SandboxCall) -> dict[str, Any]:
    code = _code(call)
    answer = OK | {"userid": code.userid}
    if code.scope == "snsapi_privateinfo":
        answer |= {"user_ticket": call.platform.tokens.sign_on(code.userid, call.app.agent_id, "ticket")}
    return answer


def _user_info_before(call: SandboxCall) -> dict[str, Any]:
    return OK | {"UserId": _code(call).userid, "DeviceId": ""}


def _code(call: SandboxCall) -> Any:
    if not call.query.get("code"):
        raise ApiRefused(41008)
    return call.platform.tokens.redeem(call.query["code"], call.app)


def _user_detail(call: SandboxCall) -> dict[str, Any]:
    try:
        kept = call.platform.tokens.redeem(str(call.body.get("user_ticket") or ""), call.app)
    except ApiRefused as refused:
        raise ApiRefused(84014) from refused
    member = call.platform.people.find(kept.userid)
    if member is None or kept.scope != "ticket":
        raise ApiRefused(84014)
    return OK | {"userid": member.userid, "mobile": member.phone, "email": member.email, "gender": "0"}


def _corp_ticket(call: SandboxCall) -> dict[str, Any]:
    return OK | call.platform.tokens.ticket("jsapi", None)


def _agent_ticket(call: SandboxCall) -> dict[str, Any]:
    if call.query.get("type") != "agent_config":
        raise ApiRefused(40035, "type")
    return OK | call.platform.tokens.ticket("agent_config", call.app.agent_id)


def _robot_send(call: SandboxCall) -> dict[str, Any]:
    answer, notes = call.platform.robots.send(call.query.get("key", ""), call.body, call.fate)
    call.notes += notes
    return answer


def _robot_upload(call: SandboxCall) -> dict[str, Any]:
    key = call.query.get("key", "")
    call.platform.robots.group(key)
    name, data = _file(call)
    return OK | call.platform.media.upload(call.query.get("type", ""), name, data, robot=key)


_PHONE = re.compile(r"1\d{10}")


def _sms(call: SandboxCall) -> dict[str, Any]:
    """The embedded SMS provider: {phone, sign, text, key} → {code: "OK", id}; a key works once, other codes say what is wrong."""
    phone, sign, text = (str(call.body.get(name) or "") for name in ("phone", "sign", "text"))
    if not _PHONE.fullmatch(phone):
        return {"code": "BAD_PHONE", "message": "手机号不对"}
    if not text or not sign:
        return {"code": "EMPTY", "message": "短信要有签名和内容"}
    if len(text) + len(sign) + 2 > 500:
        return {"code": "TOO_LONG", "message": "短信连签名最多 500 字"}
    key = str(call.body.get("key") or "")
    if key and key in call.platform.sms_keys:
        return {"code": "REPEATED", "message": "这个 key 已经发过"}
    call.platform.sms_keys.add(key)
    return {
        "code": "OK",
        "message": "OK",
        "id": call.platform.send_sms(phone, f"【{sign}】{text}", call.fate),
    }


APIS = {
    "/cgi-bin/gettoken": Api(_GET, _get_token, token=False),
    "/cgi-bin/message/send": Api(_POST, _send),
    "/cgi-bin/message/update_template_card": Api(_POST, _update),
    "/cgi-bin/message/recall": Api(_POST, _recall),
    "/cgi-bin/media/upload": Api(_POST, _upload),
    "/cgi-bin/media/uploadimg": Api(_POST, _upload_picture),
    "/cgi-bin/media/get": Api(_GET, _get_media),
    "/cgi-bin/appchat/create": Api(_POST, _chat_create),
    "/cgi-bin/appchat/get": Api(_GET, _chat_get),
    "/cgi-bin/appchat/update": Api(_POST, _chat_update),
    "/cgi-bin/appchat/send": Api(_POST, _chat_send),
    "/cgi-bin/menu/create": Api(_POST, _menu_create),
    "/cgi-bin/menu/get": Api(_GET, _menu_get),
    "/cgi-bin/menu/delete": Api(_GET, _menu_delete),
    "/cgi-bin/agent/get": Api(_GET, _agent_get),
    "/cgi-bin/user/get": Api(_GET, _user_get),
    "/cgi-bin/user/list": Api(_GET, _user_list),
    "/cgi-bin/user/simplelist": Api(_GET, _user_simple_list),
    "/cgi-bin/user/getuserid": Api(_POST, _user_by_mobile),
    "/cgi-bin/department/list": Api(_GET, _departments),
    "/cgi-bin/auth/getuserinfo": Api(_GET, _user_info),
    "/cgi-bin/user/getuserinfo": Api(_GET, _user_info_before),
    "/cgi-bin/auth/getuserdetail": Api(_POST, _user_detail),
    "/cgi-bin/get_jsapi_ticket": Api(_GET, _corp_ticket),
    "/cgi-bin/ticket/get": Api(_GET, _agent_ticket),
    "/cgi-bin/webhook/send": Api(_POST, _robot_send, token=False),
    "/cgi-bin/webhook/upload_media": Api(_POST, _robot_upload, token=False),
    "/sms/send": Api(_POST, _sms, token=False),
}
