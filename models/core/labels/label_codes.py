"""Codes of our own QR labels (Q13): ten characters that people can read aloud and type without going wrong.

Crockford's base 32 (no I, L, O, U): nine random characters and one check character. The check is a sum over
the field of 32 elements, so every single wrong character and every swap of two characters is caught.
"""

from random import Random, SystemRandom

from models.core.errors import Malformed
from models.core.security.identifiers import squeeze

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_READ_AS = str.maketrans("ILO", "110")
_SYSTEM_RANDOM = SystemRandom()
# x^5 + x^2 + 1, primitive over GF(2): powers of x run through all 31 non-zero elements.
_POLYNOMIAL = 0b100101


def new_label_code(random: Random | None = None) -> str:
    """A fresh code of 10 characters (45 random bits); `random` is for tests, default is the system's."""
    source = random or _SYSTEM_RANDOM
    body = "".join(source.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + ALPHABET[_times_x(_checksum(body))]


def check_label_code(text: str | None) -> str:
    """Normalise and check a code as typed or scanned: any case, with or without dash, I and L for 1, O for 0.

    Gives 10 characters. Raises Malformed with `label_length`, `label_characters` or `label_check`.
    """
    code = squeeze(text).translate(_READ_AS)
    if len(code) != LENGTH:
        raise Malformed("label_length", f"标签编码应为 {LENGTH} 位，现在是 {len(code)} 位，请照标签补全。")
    if any(character not in _VALUES for character in code):
        raise Malformed("label_characters", "标签编码里有不会出现的字，请照标签重新输入。")
    if _checksum(code):
        raise Malformed("label_check", "标签编码不对，可能输错了一位，请照标签重新输入。")
    return code


def format_label_code(code: str) -> str:
    """The code as printed: XXXXX-XXXXX."""
    return f"{code[:5]}-{code[5:]}"


def _checksum(code: str) -> int:
    """Sum of value times x to the power of the place, counted from the right; 0 for a whole valid code."""
    total = 0
    for character in code:
        total = _times_x(total) ^ _VALUES[character]
    return total


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled & 0b100000 else doubled
