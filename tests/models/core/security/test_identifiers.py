"""Identity numbers, phones and credit codes: every right one passes in any spelling, every slip is caught."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.core.security.identifiers import (
    CREDIT_ALPHABET,
    Malformed,
    credit_check_character,
    credit_code,
    embedded_id,
    hide_ids,
    id_check_character,
    mask_id,
    mask_name,
    mask_phone,
    mobile,
    organisation_check_character,
    resident_id,
)

TODAY = date(2026, 11, 22)
VALID_IDS = ["330102199003070019", "330203198511121238", "440300198802290033", "11010519491231002X"]
VALID_CREDIT_CODES = [
    "91330106704205194W",
    "91330200MA2B0K7XX3",
    "123300004700123489",
    "91350100M000100Y43",
]


@st.composite
def ids(draw):
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    region = draw(st.integers(100000, 999999))
    first17 = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03}"
    return first17 + id_check_character(first17)


@st.composite
def credit_codes(draw):
    letters = st.sampled_from(CREDIT_ALPHABET)
    office = draw(letters) + draw(letters)
    organisation = "".join(draw(letters) for _ in range(8))
    region = draw(st.integers(100000, 999999))
    first17 = f"{office}{region}{organisation}{organisation_check_character(organisation)}"
    return first17 + credit_check_character(first17)


def spelled(draw, text):
    """The text as people paste it: full-width, lower case, blanks and invisible characters in between."""
    wide = {c: chr(ord(c) + 0xFEE0) for c in text}
    noise = st.sampled_from(["", "", "", " ", "\u3000", "\u200b", "\ufeff", "\u00a0", "-", "\t", "\u202d"])
    out = [draw(noise)]
    for character in text:
        out.append(draw(st.sampled_from([character, character.lower(), wide[character]])))
        out.append(draw(noise))
    return "".join(out)


def refusal(check, text, **options):
    with pytest.raises(Malformed) as caught:
        check(text, **options)
    return caught.value.code


def outcome(check, text):
    """The number, which checked again stays the same, or the sentence of the refusal."""
    try:
        number = check(text)
    except Malformed as error:
        return error.message if error.message.endswith("。") else ""
    return number if check(number) == number else ""


@pytest.mark.parametrize("number", VALID_IDS)
def test_known_identity_numbers_pass(number):
    assert resident_id(number, today=TODAY) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "id_empty"),
        (" \u200b ", "id_empty"),
        ("330102900307001", "id_fifteen"),
        ("33010219900307", "id_length"),
        ("3301021990030700191", "id_length"),
        ("33010219900307OO19", "id_characters"),
        ("٣٣٠١٠٢١٩٩٠٠٣٠٧٠٠١٩", "id_characters"),
        ("030102199003070019", "id_characters"),
        ("330102199013310010", "id_date"),
        ("330102199002300019", "id_date"),
        ("330102189912310016", "id_date"),
        ("330102199003070011", "id_check"),
    ],
)
def test_wrong_identity_numbers_say_why(text, code):
    assert refusal(resident_id, text, today=TODAY) == code


def test_born_today_passes_and_born_tomorrow_does_not():
    for born, passes in ((TODAY, True), (TODAY + timedelta(days=1), False)):
        first17 = f"330102{born:%Y%m%d}001"
        number = first17 + id_check_character(first17)
        if passes:
            assert resident_id(number, today=TODAY) == number
        else:
            assert refusal(resident_id, number, today=TODAY) == "id_future"


def test_no_message_repeats_the_number():
    """Messages reach logs and job results; personal data must not travel in them."""
    for text in ("330102199013310010", "330102199003070011", "33010219900307001"):
        with pytest.raises(Malformed) as caught:
            resident_id(text, today=TODAY)
        assert text not in caught.value.message
        assert "1990" not in caught.value.message


@given(st.data())
def test_any_spelling_of_a_right_number_gives_the_number(data):
    number = data.draw(ids())
    assert resident_id(spelled(data.draw, number), today=TODAY) == number


@given(st.data())
def test_whatever_spelling_is_taken_for_a_number_is_hidden_in_a_text_too(data):
    """What the form takes with an invisible sign in it must not stand in full in the remark beside it."""
    number = data.draw(ids())
    text = f"吊装{spelled(data.draw, number)}，在场"
    hidden = hide_ids(text)
    assert mask_id(number) in hidden and hide_ids(hidden) == hidden
    assert embedded_id(text) == number and embedded_id(hidden) is None


@pytest.mark.parametrize("before", ["123456 ", "123456-330102 ", "13800000000 ", "2026-11-22 08 02 "])
def test_digits_that_stand_before_a_number_do_not_keep_it_from_being_hidden(before):
    assert hide_ids(f"{before}330102 199003 070019") == f"{before}{mask_id(VALID_IDS[0])}"


@given(ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_caught(number, place, character):
    changed = number[:place] + character + number[place + 1 :]
    if changed != number:
        refusal(resident_id, changed, today=TODAY)


@given(ids(), st.integers(0, 16))
def test_two_neighbours_swapped_are_caught(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        refusal(resident_id, swapped, today=TODAY)


@given(st.text(max_size=40))
def test_no_text_breaks_the_checks(text):
    for check in (resident_id, mobile, credit_code):
        assert outcome(check, text)
    for mask in (mask_name, mask_id, mask_phone):
        assert len(mask(text)) <= max(len(text), 11)


@pytest.mark.parametrize(
    "text",
    ["13800138000", "+86 138-0013-8000", "0086 13800138000", "8613800138000", "１３８ ００１３ ８０００"],
)
def test_mobile_spellings(text):
    assert mobile(text) == "13800138000"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "mobile_empty"),
        ("12345678901", "mobile_prefix"),
        ("1380013800", "mobile_length"),
        ("1380013800a", "mobile_characters"),
        ("13800138000.0", "mobile_characters"),
        ("0571-87658709", "mobile_length"),
        ("0571-8765870", "mobile_prefix"),
    ],
)
def test_wrong_mobiles_say_why(text, code):
    assert refusal(mobile, text) == code


@pytest.mark.parametrize(
    "text",
    [
        "13800138000、13900139000",
        "13800138000/13900139000",
        "13800138000 13900139000",
        "1380013800013900139000",
    ],
)
def test_of_two_mobiles_in_a_cell_it_is_said_what_can_be_done_here(text):
    """No sheet of people has a column for remarks: nobody is sent to one."""
    with pytest.raises(Malformed) as caught:
        mobile(text)
    assert (caught.value.code, caught.value.message) == (
        "mobile_two",
        "这里有两个手机号，只能填一个，请去掉另一个。",
    )


@pytest.mark.parametrize("code", VALID_CREDIT_CODES)
def test_known_credit_codes_pass(code):
    assert credit_code(code.lower()) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "credit_empty"),
        ("9135010", "credit_length"),
        ("91350100M000100Y44", "credit_check"),
        ("91350100M000100YI3", "credit_characters"),
        ("9135O100M000100Y43", "credit_characters"),
        ("91A50100M000100Y43", "credit_characters"),
        ("91350100M000100Y4字", "credit_characters"),
    ],
)
def test_wrong_credit_codes_say_why(text, code):
    assert refusal(credit_code, text) == code


def test_the_inner_organisation_code_is_checked_too():
    first17 = "91350100M000100Y5"
    assert refusal(credit_code, first17 + credit_check_character(first17)) == "credit_organisation"


@given(st.data())
def test_any_spelling_of_a_right_credit_code_gives_the_code(data):
    code = data.draw(credit_codes())
    assert credit_code(spelled(data.draw, code)) == code


@given(credit_codes(), st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_one_wrong_character_of_a_credit_code_is_caught(code, place, character):
    changed = code[:place] + character + code[place + 1 :]
    if changed != code:
        refusal(credit_code, changed)


@given(credit_codes(), st.integers(0, 16))
def test_two_swapped_characters_of_a_credit_code_are_caught(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        refusal(credit_code, swapped)


def test_masks_show_what_the_rule_allows():
    assert (mask_name("王大友"), mask_name("李"), mask_name("")) == ("*大友", "*", "")
    assert mask_id("33010219900307001X") == "3****************X"
    assert mask_id("33010219900307001X", show_birth=True) == "3***02199003*****X"
    assert mask_id("12345") == "*****"
    assert mask_phone("13712349050") == "137****9050"
    assert mask_phone("0571-87658709") == mask_phone("057187658709") == "0571****8709"
    assert mask_phone("010-12345678") == "010****5678"
    assert mask_phone("1234567") == "*******"


@pytest.mark.parametrize(
    "text",
    [
        "身份证：33010219900716416X",
        "身份证号码:33010219900716416x",
        "33010219900716416X（本人）",
        "330102·19900716·416X",
        "33010219900716416╳",
        "33010219900716416*",
        "33010219900716416X.",
        "'33010219900716416X",
        "33010219900716416Х",
    ],
)
def test_what_stands_around_an_identity_number_is_no_part_of_it(text):
    assert resident_id(text) == "33010219900716416X"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3301O2199007164160", "id_characters"), ("H12345678", "id_other"), ("A123456(7)", "id_other"), ("EA1234567", "id_other"),
        ("3.30102E+17", "digits_lost"), ("330102900716416", "id_fifteen"),
    ],
)  # fmt: skip
def test_what_stands_there_instead_is_told(text, code):
    assert refusal(resident_id, text) == code


@pytest.mark.parametrize(
    "text",
    [
        "手机：13800138000",
        "Tel:138-0013-8000",
        "138.0013.8000",
        "138·0013·8000",
        "📱13800138000",
        "13800138000；",
        "13800138000（短号66123）",
        "+086 13800138000",
        "联系电话:138 0013 8000",
    ],
)
def test_what_stands_around_a_mobile_number_is_no_part_of_it(text):
    assert mobile(text) == "13800138000"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.3800138E+10", "digits_lost"),
        ("1380013800O", "mobile_characters"),
        ("00852-91234567", "mobile_abroad"),
    ],
)
def test_a_mobile_number_that_was_spoilt_is_told(text, code):
    assert refusal(mobile, text) == code


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1380013800O", "第 11 位是字母“O”，看起来应是数字 0"),
        ("I3800138000", "第 1 位是字母“I”，看起来应是数字 1"),
        ("1380013800OO", "里有数字以外的字"),
        ("1380013O0A0", "里有数字以外的字"),
    ],
)
def test_a_letter_in_a_mobile_number_is_named_where_it_can_only_be_a_digit(number: str, words: str) -> None:
    with pytest.raises(Malformed) as found:
        mobile(number)
    assert found.value.code == "mobile_characters" and words in found.value.message
