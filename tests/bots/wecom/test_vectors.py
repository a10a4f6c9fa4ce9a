"""What others published about the scheme (tests/bots/vectors.json says where) comes out of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from wechatpy.crypto import WeChatWxaCrypto

from bots.wecom.client import Wecom
from bots.wecom.protocol.crypto import Callback
from bots.wecom.protocol.xml import read

VECTORS = json.loads((Path(__file__).parents[1] / "vectors.json").read_text(encoding="utf-8"))


def of(*kinds: str) -> Any:
    """Those vectors of these kinds, each named by its id."""
    found = [vector for vector in VECTORS if vector["kind"] in kinds]
    assert found
    return pytest.mark.parametrize("vector", found, ids=[vector["id"] for vector in found])


def callback(vector: dict[str, str]) -> Callback:
    return Callback(vector["token"], vector["encoding_aes_key"], vector["receive_id"], max_age=None)


@of("verify_url", "decrypt_msg", "callback_decrypt")
def test_decrypted(vector: dict[str, str]) -> None:
    opened = callback(vector).decrypt(
        vector["msg_signature"], vector["timestamp"], vector["nonce"], vector["ciphertext"]
    )
    assert opened == vector["plaintext"]


@of("decrypt_msg")
def test_opened_from_the_whole_body(vector: dict[str, str]) -> None:
    if vector["format"] != "xml":
        assert json.loads(vector["post_body"])["encrypt"] == vector["ciphertext"], "apps are sent XML alone"
        return
    opened = callback(vector).open(
        vector["msg_signature"], vector["timestamp"], vector["nonce"], vector["post_body"].encode()
    )
    assert opened == vector["plaintext"]
    assert read(opened)["Content"] == "hello"


@of("encrypt_msg")
def test_encrypted(vector: dict[str, str]) -> None:
    ours = callback(vector)
    random16 = vector["random16"].encode()
    assert ours.encrypt(vector["plaintext"], random16=random16) == vector["ciphertext"]
    if "msg_signature" not in vector:
        return
    sealed = ours.seal(
        vector["plaintext"], timestamp=vector["timestamp"], nonce=vector["nonce"], random16=random16
    )
    assert sealed == vector["reply_envelope"]
    assert read(sealed)["MsgSignature"] == vector["msg_signature"]


@of("jsapi_signature")
def test_signature_of_a_page(vector: dict[str, str], store: Any) -> None:
    wecom = Wecom("ww1", 1, "s", "http://127.0.0.1:1", store)
    args = vector["jsapi_ticket"], vector["noncestr"], vector["timestamp"]
    assert wecom.signature(*args, vector["url"]) == vector["signature"]
    assert wecom.signature(*args, vector["url"] + "#/pages/scan") == vector["signature"]
    assert wecom.signature(*args, vector["url"] + "&more") != vector["signature"]


@of("wxa_decrypt")
def test_user_data_of_the_mini_program(vector: dict[str, Any]) -> None:
    opener = WeChatWxaCrypto(vector["session_key"], vector["iv"], vector["appid"])
    assert opener.decrypt_message(vector["ciphertext"]) == vector["plaintext_json"]
