"""Numbers that people type: resident identity numbers, mobile phones, credit codes, and how to mask them.

Everything here is pure: text in, normalised text out, or `Malformed` with a sentence for the user. Spelling
is forgiven (full-width digits, spaces, hyphens, lower case, invisible characters), content is not. Region
codes are never checked: every published list is out of date and would refuse real people.
"""

import re
import unicodedata
from datetime import date

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
_LOOKS_LIKE_X = str.maketrans({"×": "X", "✕": "X", "х": "X", "Х": "X", "χ": "X", "Χ": "X"})
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
    number = squeeze(text).translate(_LOOKS_LIKE_X)
    _check_id_form(number)
    _check_birth_date(number[6:14], today or clock.today())
    if id_check_character(number[:17]) != number[17]:
        raise Malformed("id_check", "身份证号第 18 位校验不对，可能输错了一位，请对照证件核对。")
    return number


def _check_id_form(number: str) -> None:
    if not number:
        raise Malformed("id_empty", "没有身份证号，请填写 18 位身份证号。")
    if re.fullmatch(r"[0-9]{15}", number):
        raise Malformed("id_fifteen", "这是 15 位旧身份证号，已停止使用，请填写现在的 18 位身份证号。")
    if len(number) != 18:
        raise Malformed("id_length", f"身份证号应为 18 位，现在是 {len(number)} 位，请补全或删去多余的字。")
    if not _ID_FORM.fullmatch(number):
        raise Malformed("id_characters", "身份证号只能是 17 位数字加末位数字或 X，第 1 位不为 0，请核对。")


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
    """Normalise and check a mobile number of mainland China; +86, 0086 and 86 in front are dropped.

    Gives 11 digits. Raises Malformed with `mobile_empty`, `mobile_characters`, `mobile_length` or
    `mobile_prefix`.
    """
    number = re.sub(r"[()]", "", squeeze(text))
    number = re.sub(r"^(?:\+86|0086|86(?=[0-9]{11}$))", "", number)
    if not number:
        raise Malformed("mobile_empty", "没有手机号，请填写 11 位手机号。")
    if not re.fullmatch(r"[0-9]+", number):
        raise Malformed("mobile_characters", "手机号里有数字以外的字，请只填 11 位数字。")
    if len(number) != 11:
        raise Malformed("mobile_length", f"手机号应为 11 位，现在是 {len(number)} 位，请核对。")
    if not _MOBILE_FORM.fullmatch(number):
        raise Malformed("mobile_prefix", f"没有 {number[:2]} 开头的手机号，应以 13 至 19 开头，请核对。")
    return number


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


_EMBEDDED = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")


def hide_ids(text: str) -> str:
    """`text` with every identity number in it masked; other numbers of 18 digits stay as they are.

    The number of an operator's certificate is commonly the letter T and the holder's identity number, and so
    would carry it into every list: T330102199003070019 → T3****************9.
    """

    def hide(found: re.Match[str]) -> str:
        number = found.group().upper()
        return mask_id(number) if id_check_character(number[:17]) == number[17] else found.group()

    return _EMBEDDED.sub(hide, text)


def mask_phone(number: str) -> str:
    """The phone number with the middle hidden: 137****9050, landlines 0571****8709. Takes any text."""
    number = number.strip()
    if len(number) < 8:
        return "*" * len(number)
    area = re.match(r"0[0-9]{2,3}(?=-)|0(?:10|2[0-9]|[3-9][0-9]{2})(?=[0-9]{7,8}$)", number)
    return (area.group() if area else number[:3]) + "****" + number[-4:]
