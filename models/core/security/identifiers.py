"""Numbers that people type: resident identity numbers, mobile phones, credit codes, and how to mask them.

Everything here is pure: text in, normalised text out, or `Malformed` with a sentence for the user. Spelling
is forgiven (full-width digits, spaces, hyphens, lower case, invisible characters), content is not. Region
codes are never checked: every published list is out of date and would refuse real people.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from models.core import clock
from models.core.errors import Malformed

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_CHARACTERS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
EARLIEST_BIRTH_YEAR = 1900

_DASHES = dict.fromkeys(map(ord, "-‐‑‒–—―−﹣_"))
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_QUOTES = "'\"`‘’“”"
# What people and phone keyboards put where an X belongs.
_LOOKS_LIKE_X = str.maketrans(dict.fromkeys("×✕✖✗✘╳⨯⨉хХχΧ", "X"))
# What eyes and OCR take for a digit. It is told, and never mended: a wrong number would be somebody else's.
_LOOKS_LIKE_DIGIT = {"O": "0", "О": "0", "I": "1", "|": "1", "L": "1"}
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9OIL])[.·•・/](?=[0-9OILX])")
_LABEL = re.compile(
    r"^(?:居民|公民|本人)?(?:身份证件?|身份|证件|移动|联系|手机|电话|TEL|PHONE|MOBILE|ID)(?:号码|号|电话|手机|NO)?[.:：]*(?=[+(0-9OIL])"
)
_AFTER = " .,;:、。;，；：*#'\"`‘’“”"
_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}")
_ID_FORM = re.compile(r"[1-9][0-9]{16}[0-9X]")
_MOBILE_FORM = re.compile(r"1[3-9][0-9]{9}")


def squeeze(text: str | None) -> str:
    """The text half-width, in upper case, without blanks, hyphens, invisible characters and outer quotes."""
    wide = unicodedata.normalize("NFKC", text or "").translate(_DASHES)
    visible = (c for c in wide if unicodedata.category(c) not in _UNSEEN)
    return "".join(visible).strip(_QUOTES).upper()


def resident_id(text: str | None, *, today: date | None = None) -> str:
    """Normalise and check a resident identity number (GB 11643, 18 characters).

    Takes any spelling and the day that counts as today for the birth date (default: by the house's clock).
    Gives 18 characters, an X in upper case. Raises Malformed with `id_empty`, `id_fifteen`, `id_length`,
    `id_characters`, `id_date`, `id_future` or `id_check`.
    """
    number = _id_as_meant(squeeze(text))
    _check_id_form(number)
    _check_birth_date(number[6:14], today or clock.today())
    if id_check_character(number[:17]) != number[17]:
        raise Malformed("id_check", "身份证号第 18 位校验不对，可能输错了一位，请对照证件核对。")
    return number


def _id_as_meant(text: str) -> str:
    """An identity number without what people write around it, and with the signs that were meant."""
    number = _joined(_LABEL.sub("", text).translate(_LOOKS_LIKE_X))
    number = re.sub(r"\([^()0-9]*\)$", "", number)
    if len(number) > 18 or not number.endswith("*"):
        number = number.rstrip(_AFTER)
    return number[:17] + "X" if len(number) == 18 and number[17] == "*" else number


def _letter_for_digit(number: str, most: int) -> str:
    """The sentence for a letter that stands where a digit belongs; empty for none."""
    for place, sign in enumerate(number[:most], 1):
        if sign in _LOOKS_LIKE_DIGIT:
            return f"第 {place} 位是字母“{sign}”，看起来应是数字 {_LOOKS_LIKE_DIGIT[sign]}，请核对后改正。"
    return ""


def _joined(number: str) -> str:
    """A number without the marks that divide it into groups; what a sheet made of it as a number stays as it is."""
    return number if _EXPONENT.fullmatch(number) else _BETWEEN_DIGITS.sub("", number)


def _check_id_form(number: str) -> None:
    if not number:
        raise Malformed("id_empty", "没有身份证号，请填写 18 位身份证号。")
    if _EXPONENT.fullmatch(number):
        raise Malformed(
            "digits_lost",
            "身份证号被表格变成了科学计数法，后几位已丢失。请把这一列设为“文本”格式，再重新填写。",
        )
    if re.fullmatch(r"[A-Z]{1,2}[0-9]{6,10}(?:\([0-9A]\))?|[0-9]{7}\([0-9]\)|[0-9]{8}", number):
        raise Malformed(
            "id_other",
            "这像是护照、通行证或港澳台身份证件的号码。请填 18 位的身份证号、港澳台居民居住证号或外国人永久居留身份证号。",
        )
    if re.fullmatch(r"[0-9]{15}", number):
        raise Malformed("id_fifteen", "这是 15 位旧身份证号，已停止使用，请填写现在的 18 位身份证号。")
    if len(number) != 18:
        raise Malformed("id_length", f"身份证号应为 18 位，现在是 {len(number)} 位，请补全或删去多余的字。")
    if not _ID_FORM.fullmatch(number):
        told = _letter_for_digit(number, 17)
        raise Malformed(
            "id_characters", f"身份证号{told or '只能是 17 位数字加末位数字或 X，第 1 位不为 0，请核对。'}"
        )


def _check_birth_date(digits: str, today: date) -> None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = None
    if born is None or born.year < EARLIEST_BIRTH_YEAR:
        raise Malformed("id_date", "身份证号第 7 至 14 位不是有效的出生日期，请对照证件核对。")
    if born > today:
        raise Malformed("id_future", "身份证号里的出生日期晚于今天，请对照证件核对。")


def id_check_character(first17: str) -> str:
    """The 18th character that belongs to the first 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, ID_WEIGHTS, strict=True))
    return ID_CHECK_CHARACTERS[total % 11]


def mobile(text: str | None) -> str:
    """Normalise and check a mobile number of mainland China; +86, 0086, 86 and 0 in front are dropped, and so is what
    stands in brackets behind it (微信同号).

    Gives 11 digits. Raises Malformed with `mobile_empty`, `mobile_two`, `mobile_abroad`,
    `mobile_characters`, `mobile_length` or `mobile_prefix`.
    """
    number = bare_phone(text)
    if not number:
        raise Malformed("mobile_empty", "没有手机号，请填写 11 位手机号。")
    _check_one_mobile(number)
    if not re.fullmatch(r"[0-9]+", number):
        told = _letter_for_digit(number, 11) if re.fullmatch(r"[0-9OIL]{11}", number) else ""
        raise Malformed("mobile_characters", f"手机号{told or '里有数字以外的字，请只填 11 位数字。'}")
    if len(number) != 11:
        raise Malformed("mobile_length", f"手机号应为 11 位，现在是 {len(number)} 位，请核对。")
    if not _MOBILE_FORM.fullmatch(number):
        raise Malformed("mobile_prefix", f"没有 {number[:2]} 开头的手机号，应以 13 至 19 开头，请核对。")
    return number


def bare_phone(text: str | None) -> str:
    """A phone number as it is kept: half-width, without country code, blanks, dashes, labels and remarks. Takes any text."""
    number = _LABEL.sub("", squeeze(text).strip("☎☏✆📞📱📲\ufe0f" + _AFTER))
    number = re.sub(r"\([^()0-9]*[0-9]{0,6}[^()0-9]*\)$", "", number) if len(number) > 11 else number
    if not re.search(r"\.0$", number) and number.count("/") != 1:
        number = _joined(number)
    number = re.sub(r"[()]", "", number)
    number = re.sub(r"^(?:\+0?86|0086|086(?=1)|86(?=\+?[0-9]{11}$))\+?", "", number)
    return re.sub(r"^0(?=1[3-9][0-9]{9}$)", "", number)


def _check_one_mobile(number: str) -> None:
    """Say what it is instead, where that can be told."""
    if len(re.findall(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", number)) > 1 or re.fullmatch(
        r"(?:1[3-9][0-9]{9}){2}", number
    ):
        raise Malformed("mobile_two", "这里有两个手机号，只能填一个，请去掉另一个。")
    if _EXPONENT.fullmatch(number):
        raise Malformed(
            "digits_lost",
            "手机号被表格变成了科学计数法，后几位已丢失。请把这一列设为“文本”格式，再重新填写。",
        )
    if number.startswith("+") or re.fullmatch(r"00[1-9][0-9]{8,14}", number):
        raise Malformed("mobile_abroad", "这里只能填大陆的 11 位手机号，请换一个。")
    if re.fullmatch(r"0[1-9][0-9]{8,10}", number):
        code = "mobile_prefix" if len(number) == 11 else "mobile_length"
        raise Malformed(code, "这是座机号，收不到短信，请填 11 位手机号。")


def credit_code(text: str | None) -> str:
    """Normalise and check a unified social credit code (GB 32100), with the organisation code in it (GB
    11714).

    Gives 18 characters in upper case. Raises Malformed with `credit_empty`, `credit_length`,
    `credit_characters`, `credit_check` or `credit_organisation`.
    """
    code = squeeze(text)
    if not code:
        raise Malformed("credit_empty", "没有统一社会信用代码，请填写营业执照上的 18 位代码。")
    if len(code) != 18:
        raise Malformed("credit_length", f"统一社会信用代码应为 18 位，现在是 {len(code)} 位，请核对。")
    _check_credit_characters(code)
    if credit_check_character(code[:17]) != code[17]:
        raise Malformed(
            "credit_check", "统一社会信用代码第 18 位校验不对，可能输错了一位，请对照营业执照核对。"
        )
    if organisation_check_character(code[8:16]) != code[16]:
        raise Malformed(
            "credit_organisation", "统一社会信用代码第 9 至 17 位（主体标识码）校验不对，请对照营业执照核对。"
        )
    return code


def _check_credit_characters(code: str) -> None:
    for place, character in enumerate(code, start=1):
        if character in "IOSVZ":
            raise Malformed(
                "credit_characters",
                f"统一社会信用代码第 {place} 位是“{character}”，代码里没有这个字母，请看是不是数字。",
            )
        if character not in CREDIT_ALPHABET:
            raise Malformed(
                "credit_characters", f"统一社会信用代码第 {place} 位不是数字或大写字母，请对照营业执照核对。"
            )
        if 3 <= place <= 8 and not character.isdigit():
            raise Malformed(
                "credit_characters", f"统一社会信用代码第 {place} 位应为数字，请对照营业执照核对。"
            )


def credit_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code."""
    total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(first17, CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def organisation_check_character(first8: str) -> str:
    """The ninth character of an organisation code (GB 11714); letters count from A = 10."""
    total = sum(int(c, 36) * w for c, w in zip(first8, ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def mask_name(name: str) -> str:
    """The name with its first character hidden, as 浙里办 asks: 王大友 → *大友."""
    name = name.strip()
    return "*" + name[1:] if name else ""


def mask_id(number: str, *, show_birth: bool = False) -> str:
    """The identity number with only the first and the last character, or with the birth date too.

    330102199003070019 → 3****************9, with `show_birth` 3***02199003*****9. Takes any text; of one that
    is no identity number at most the first and the last character are shown.
    """
    number = number.strip()
    if len(number) < 6:
        return "*" * len(number)
    if show_birth and len(number) == 18:
        return f"{number[0]}***{number[4:12]}*****{number[17]}"
    return number[0] + "*" * (len(number) - 2) + number[-1]


# As it stands in a text: whatever `squeeze` makes a number of. Digits of any width, maybe in groups (330102 19900307
# 0019), blanks, dashes and signs that nobody sees between them, no other digit beside it.
_GAP = (
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    + "".join(f"\\u{sign:04x}" for sign in _DASHES)
    + "]{0,4}"
)


def _sign(digits: str) -> str:
    return f"[{digits}{''.join(chr(ord(digit) + 0xFEE0) for digit in digits)}]"


def _row(*signs: str) -> str:
    return _GAP.join(signs)


_DIGIT, _ONE_TO_NINE, _ANY_X = _sign("0123456789"), _sign("123456789"), "[0-9０-９XxＸｘ×✕хХχΧ]"
_EMBEDDED = re.compile(
    rf"(?<!{_DIGIT})"
    + _row(
        _ONE_TO_NINE,
        *[_DIGIT] * 5,
        f"(?:{_row(_sign('1'), _sign('9'))}|{_row(_sign('2'), _sign('0'))})",
        *[_DIGIT] * 2,
        f"(?:{_row(_sign('0'), _ONE_TO_NINE)}|{_row(_sign('1'), _sign('012'))})",
        f"(?:{_row(_sign('012'), _DIGIT)}|{_row(_sign('3'), _sign('01'))})",
        *[_DIGIT] * 3,
        _ANY_X,
    )
    + rf"(?!{_DIGIT})"
)
_SHORTEST = 18


def hide_ids(text: str) -> str:
    """`text` with every identity number in it masked; other numbers of 18 digits stay as they are.

    The number of an operator's certificate is commonly the letter T and the holder's identity number, and so
    would carry it into every list: T330102199003070019 → T3****************9. A number counts as one whose date of
    birth can be one and whose last character is right.
    """
    if len(text) < _SHORTEST:
        return text
    parts, end = [], 0
    for found, number in _embedded(text):
        parts += [text[end : found.start()], mask_id(number)]
        end = found.end()
    return "".join([*parts, text[end:]]) if parts else text


def _embedded(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each identity number in a text: where it stands, and the number. What only looks like one hides none behind it."""
    at = 0
    while found := _EMBEDDED.search(text, at):
        number = _number(found)
        whole = _is_id(number)
        at = found.end() if whole else found.start() + 1
        if whole:
            yield found, number


def _number(found: re.Match[str]) -> str:
    return squeeze(found.group()).translate(_LOOKS_LIKE_X)


def _is_id(number: str) -> bool:
    if id_check_character(number[:17]) != number[17]:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return EARLIEST_BIRTH_YEAR <= born.year <= clock.today().year


def hide_ids_in(value: Any) -> Any:
    """Any JSON value with the identity numbers in its texts masked, keys as they are."""
    if isinstance(value, str):
        return hide_ids(value)
    if isinstance(value, Mapping):
        return {key: hide_ids_in(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [hide_ids_in(each) for each in value]
    return value


def hide_id_like(text: str) -> str:
    """`text` with every identity number in it masked, and masked as a whole where it is nothing but one that was mistyped.

    For what somebody typed in the place of a name.
    """
    return mask_id(text) if re.fullmatch(r"[0-9]{14,19}[0-9X]?", squeeze(text)) else hide_ids(text)


def embedded_id(text: str) -> str | None:
    """The first identity number in `text`, as `hide_ids` tells one; None where there is none."""
    return next((number for _, number in _embedded(text)), None)


def mask_phone(number: str) -> str:
    """The phone number with the middle hidden: 137****9050, landlines 0571****8709. Takes any text."""
    number = number.strip()
    if len(number) < 8:
        return "*" * len(number)
    area = re.match(r"0[0-9]{2,3}(?=-)|0(?:10|2[0-9]|[3-9][0-9]{2})(?=[0-9]{7,8}$)", number)
    return (area.group() if area else number[:3]) + "****" + number[-4:]
