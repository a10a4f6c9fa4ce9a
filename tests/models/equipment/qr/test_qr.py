"""What scanned and typed texts mean, and that no text whatever breaks the reading."""

import hashlib
import re
from random import Random
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.core.errors import Malformed
from models.core.labels.label_codes import ALPHABET, check_label_code, format_label_code, new_label_code
from models.equipment.qr.rules import QrRules
from models.equipment.qr.safe_patterns import safe_pattern
from models.equipment.qr.scanned_text import (
    MAX_CANDIDATES,
    MAX_RAW,
    alias_key,
    default_rules,
    normalise,
    parse,
)

HOSTS = ["https://anban.example.com", "127.0.0.1:8080", "old.example.com"]
CODE = new_label_code(Random(7))
DEVICE = "51103301520250123"
REGISTER = "31103506002016053337"
CERTIFICATE = "梯11浙A00001(26)"

codes = st.integers(0, 2**32).map(lambda seed: new_label_code(Random(seed)))


def test_the_longest_text_that_is_read():
    assert not parse("x" * MAX_RAW).too_long
    cut = parse("x" * (MAX_RAW + 1))
    assert (cut.too_long, len(cut.raw), cut.kind) == (True, MAX_RAW, "unknown")


def read(text):
    reading = parse(text, own_hosts=HOSTS)
    return reading.kind, reading.value


@pytest.mark.parametrize(
    "text",
    [
        f"https://anban.example.com/e/{CODE}",
        f"HTTPS://Anban.Example.Com/e/{CODE.lower()}",
        f"http://anban.example.com:8443/e/{CODE}/",
        f"http://127.0.0.1:8080/e/{CODE}?from=wechat",
        f"127.0.0.1:8080/e/{format_label_code(CODE)}",
        f"old.example.com/e/{CODE}",
        f"https://anban.example.com/m/#/pages/scan/confirm?e={CODE}",
        f"https://anban.example.com/plant/e/{CODE}",
        CODE,
        format_label_code(CODE).lower(),
        f"  {CODE[:5]} — {CODE[5:]}\u200b\n",
        f"标签编码：{format_label_code(CODE)}",
        f"URL:https://anban.example.com/e/{CODE}",
        f"设备二维码 https://anban.example.com/e/{CODE}",
        f"https://anban.example.com/e/{CODE}，请扫码",
        f"https://anban.example.com/\ne/{CODE}",
        f"https://anban.example.com/e/{CODE} https://anban.example.com/e/{CODE}",
    ],
)
def test_our_own_label_is_known_in_every_spelling(text):
    assert read(text) == ("own_label", CODE)


@pytest.mark.parametrize(
    "text",
    [
        f"https://evil.example.net/e/{CODE}",
        f"evil.example.net/e/{CODE}",
        f"evil.example.net:8080/e/{CODE}",
        f"https://anban.example.com@evil.example.net/e/{CODE}",
        f"https://anban.example.com.evil.net/e/{CODE}",
        f"http://127.0.0.1:9999/e/{CODE}",
    ],
)
def test_a_label_of_another_host_is_not_ours(text):
    assert read(text)[0] == "unknown"


def test_of_two_labels_in_one_text_nobody_knows_which():
    other = new_label_code(Random(2))
    both = f"https://anban.example.com/e/{CODE} https://anban.example.com/e/{other}"
    assert parse(both, own_hosts=HOSTS).candidates == ()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (DEVICE, "device_code", DEVICE),
        ("５１１０３３０１５２０２５０１２３", "device_code", DEVICE),
        (f"设备代码：{DEVICE}", "device_code", DEVICE),
        (f"http://tzsb.example.gov.cn/q?x=1&deviceCode={DEVICE}", "device_code", DEVICE),
        (f"http://tzsb.example.gov.cn/q?SBDM={DEVICE}", "device_code", DEVICE),
        (f"https://tzsb.example.gov.cn/equipment/{DEVICE}", "device_code", DEVICE),
        (f"https://tzsb.example.gov.cn/app#/show?id={DEVICE}", "device_code", DEVICE),
        (f"https://tzsb.example.gov.cn/equipment/{DEVICE}.html", "device_code", DEVICE),
        (f"https://tzsb.example.gov.cn/{DEVICE}/detail", "device_code", DEVICE),
        (f"https://tzsb.example.gov.cn/#/show/{DEVICE}", "device_code", DEVICE),
        (f"https://tzsb.example.gov.cn/q?x=1;deviceCode={DEVICE}", "device_code", DEVICE),
        (
            f"https://tzsb.example.gov.cn/q?djzbh={quote(CERTIFICATE, encoding='gbk')}",
            "use_cert_no",
            CERTIFICATE,
        ),
        (REGISTER, "register_code", REGISTER),
        (f'{{"name": "电梯", "zcdm": "{REGISTER}"}}', "register_code", REGISTER),
        (CERTIFICATE, "use_cert_no", CERTIFICATE),
        ("梯11浙 A00001（26）", "use_cert_no", CERTIFICATE),
        ("梯11浙a00001〔26〕", "use_cert_no", CERTIFICATE),
        (f"https://tzsb.example.gov.cn/q?code={quote(CERTIFICATE)}", "use_cert_no", CERTIFICATE),
        (f"单位：某某公司\n使用登记证编号：{CERTIFICATE}\n检验日期：2026-01-01", "use_cert_no", CERTIFICATE),
    ],
)
def test_numbers_of_equipment_are_found(text, kind, value):
    assert read(text) == (kind, value)


def test_a_number_that_fits_no_pattern_is_still_a_candidate():
    """Old equipment has numbers of any form; the ledger may know them."""
    reading = parse("旧-0017", own_hosts=HOSTS)
    assert reading.kind == "unknown"
    assert reading.value == ""
    assert [c.value for c in reading.candidates] == ["旧-0017"]


def test_candidates_stand_in_the_order_of_the_rules():
    text = f"https://tzsb.example.gov.cn/{REGISTER}?id={CERTIFICATE}&code=XYZ&deviceCode={DEVICE}"
    found = [(c.kind, c.value) for c in parse(text).candidates]
    assert found == [
        ("device_code", DEVICE),
        ("use_cert_no", CERTIFICATE),
        ("register_code", REGISTER),
        ("unknown", "XYZ"),
    ]


def test_parameters_outside_the_list_are_ignored():
    assert read(f"https://tzsb.example.gov.cn/q?token={DEVICE}") == ("unknown", "")


def test_other_rules_can_be_given():
    rules = QrRules(("nr",), (("house", safe_pattern(r"H\d{3}")),))
    text = f"https://example.com/?nr=h123&code={DEVICE}"
    reading = parse(text, parameter_names=rules.parameter_names, patterns=rules.patterns)
    assert (reading.kind, reading.value) == ("house", "H123")


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|aa)+",
        "(a*)*",
        "(?=a)b",
        r"(a)\1",
        "[",
        "a*",
        "a*b*c*d",
        "(a{2,}){3}",
        "a{99999999999}",
        "(?:x+y?)*z",
        "A?" * 27 + "A{27}",
        r"(\w*)(\w*)(\w*)(\w*)!",
        r"\w{0,8}" * 8,
        "(?:AB?|A.?){26}!",
        "(?:AA|A){30}",
    ],
)
def test_a_pattern_that_could_hold_up_the_gate_is_refused(pattern):
    with pytest.raises(ValueError, match=r"重复|正则|前后|空的"):
        safe_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", [r"[A-Z]{2}\d{4,20}", r"\w+-\w+", r"(19|20)\d{2}-?\d{3,5}[A-Z]?", "HOUSE(?:-A)?"]
)
def test_a_pattern_as_people_write_them_is_taken(pattern):
    assert safe_pattern(pattern).pattern == pattern


def test_too_long_a_text_is_unknown_but_keeps_its_alias():
    text = f"https://anban.example.com/e/{CODE}?" + "x" * 10_000
    reading = parse(text, own_hosts=HOSTS)
    assert (reading.kind, reading.candidates, reading.too_long) == ("unknown", (), True)
    assert len(reading.raw) == 512
    assert reading.alias == alias_key(text) != alias_key(text + "y")


def test_the_alias_forgives_spelling_and_nothing_else():
    assert alias_key(" ＡＢ　12\u200b\n") == alias_key("AB 12") == hashlib.sha256(b"AB 12").hexdigest()
    assert alias_key("AB 12") != alias_key("ab 12")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00" * 100,
        "\u202e\u202d",
        "\ud800",
        "http://[::1",
        "http://[x]/e/1",
        "https://h:99999999/e/1",
        "http://℀.com/e/1",
        "https://?" + "a&" * 200,
        "http://%zz/%ff%fe?code=%ff",
        "ﷺ" * 512,
        "/e/",
        "javascript:alert(1)//e/1",
    ],
)
def test_odd_texts_are_unknown(text):
    reading = parse(text, own_hosts=HOSTS)
    assert reading.kind == "unknown"
    assert len(reading.alias) == 64


@given(st.text(st.characters(codec=None), max_size=2000))
def test_no_text_breaks_the_reading(text):
    check_shape(parse(text, own_hosts=HOSTS))


@given(st.text("htps:/.?&=#@[]%e0123456789ABCanbexmlcod-(（)梯浙", max_size=200))
def test_no_address_breaks_the_reading(tail):
    check_shape(parse("https://anban.example.com/" + tail, own_hosts=HOSTS))
    check_shape(parse("http://" + tail, own_hosts=HOSTS))


def check_shape(reading):
    assert reading.kind in {
        "own_label",
        "grid_label",
        "device_code",
        "register_code",
        "use_cert_no",
        "unknown",
    }
    assert len(reading.raw) <= 512
    assert len(reading.candidates) <= MAX_CANDIDATES
    assert all(0 < len(c.value) <= 64 for c in reading.candidates)
    assert (reading.kind == "unknown") == (reading.value == "")
    assert normalise(reading.normalised) == reading.normalised
    assert re.fullmatch("[0-9a-f]{64}", reading.alias)


@given(codes, st.sampled_from(["https://anban.example.com/e/", "http://127.0.0.1:8080/e/", ""]))
def test_every_code_that_we_print_is_read_back(code, prefix):
    assert read(prefix + code) == ("own_label", code)
    assert read(prefix + format_label_code(code).lower()) == ("own_label", code)


@given(codes, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_of_a_code_is_caught(code, place, character):
    changed = code[:place] + character + code[place + 1 :]
    if changed != code:
        with pytest.raises(Malformed) as caught:
            check_label_code(changed)
        assert caught.value.code == "label_check"


@given(codes, st.integers(0, 9), st.integers(0, 9))
def test_any_two_swapped_characters_of_a_code_are_caught(code, one, other):
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    if "".join(letters) != code:
        with pytest.raises(Malformed):
            check_label_code("".join(letters))


def test_look_alikes_are_read_as_meant():
    code = next(c for c in map(new_label_code, map(Random, range(99))) if "1" in c and "0" in c)
    assert check_label_code(code.replace("1", "l").replace("0", "o")) == code
    assert check_label_code(code.replace("1", "I")) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, "label_length"), ("ABC", "label_length"), ("UUUUU-UUUUU", "label_characters")],
)
def test_wrong_codes_say_why(text, code):
    with pytest.raises(Malformed) as caught:
        check_label_code(text)
    assert caught.value.code == code


def test_fresh_codes_differ():
    assert len({new_label_code() for _ in range(1000)}) == 1000


def test_patterns_of_the_seed_take_the_known_numbers():
    kinds = dict(default_rules().patterns)
    for sample in ("31103301220260001", DEVICE, "21503300120240007"):
        assert kinds["device_code"].fullmatch(sample)
    for sample in ("梯11闽E3622(16)", "梯11闽E4165(16)", "起17浙B00123(25)", "车11浙C04567(24)"):
        assert kinds["use_cert_no"].fullmatch(sample)
    assert kinds["register_code"].fullmatch(REGISTER)
