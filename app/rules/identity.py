"""Check digits of the unified social credit code and of the resident identity number.

Sources: GB 32100—2015 (and GB 11714 for its inner organisation code), GB 11643—1999.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # 31: without I O S V Z
PLACEHOLDER = "00000000000000000X"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_FIRST_BIRTH = date(1850, 1, 1)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a number. ``kind``: length, characters, placeholder, inner…"""

    kind: str
    message: str


def uscc_fault(code: str) -> Fault | None:
    """Return the first fault of an 18-character unified social credit code, or None.

    The 18th character alone is not enough: the organisation code inside (9th to 17th) has its own
    check character, over another alphabet (A=10 … Z=35, without gaps).
    """
    if len(code) != 18:
        return Fault("length", f"统一社会信用代码应为18位，实为{len(code)}位。")
    if code == PLACEHOLDER:
        return Fault("placeholder", "统一社会信用代码是占位码，不是真实代码。")
    for place, character in enumerate(code, 1):
        if character not in USCC_CHARACTERS:
            why = "不使用I、O、S、V、Z" if character in "IOSVZ" else "只用数字和大写字母"
            return Fault("characters", f"统一社会信用代码第{place}位为“{character}”，代码{why}"
                                       f"{_should_be(code, place)}。")
    inner = organisation_check(code[8:16])
    if code[16] != inner:
        return Fault("inner", "统一社会信用代码第9—17位的组织机构代码校验错，"
                              f"按第9—16位第17位应为{inner}。")
    expected = uscc_check(code[:17])
    if code[17] != expected:
        return Fault("check", f"统一社会信用代码第18位校验错，按前17位应为{expected}。")
    return None


def _should_be(code: str, place: int) -> str:
    """What a check character (17th, 18th) that is not one ought to be."""
    if place == 18:
        return f"，按前17位应为{uscc_check(code[:17])}"
    return f"，按第9—16位应为{organisation_check(code[8:16])}" if place == 17 else ""


def uscc_check(first: str) -> str:
    """Return the 18th character for the first 17 (weights 3^(i-1) mod 31; remainder 0 is 0)."""
    total = sum(USCC_CHARACTERS.index(character) * pow(3, place, 31)
                for place, character in enumerate(first))
    return USCC_CHARACTERS[(31 - total % 31) % 31]


def organisation_check(body: str) -> str:
    """Return the check character of an 8-character organisation code (GB 11714)."""
    value = 11 - sum(int(character, 36) * weight
                     for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(value, str(value))


def resident_id_fault(number: str) -> Fault | None:
    """Return the first fault of an 18-character resident identity number, or None.

    Whether the birth date lies in the future is for the caller, who knows the day.
    """
    if len(number) != 18:
        return Fault("length", f"居民身份证号应为18位，实为{len(number)}位。")
    if not (number[:17].isascii() and number[:17].isdigit()) or number[17] not in "0123456789X":
        return Fault("characters", "居民身份证号前17位应为数字，第18位应为数字或大写X。")
    born = birth_date(number)
    if born is None or born < _FIRST_BIRTH:
        return Fault("birth", f"居民身份证号中的出生日期{number[6:14]}不存在。")
    expected = _ID_CHECKS[sum(int(digit) * weight for digit, weight
                              in zip(number[:17], _ID_WEIGHTS, strict=True)) % 11]
    if number[17] != expected:
        return Fault("check", f"居民身份证号第18位校验错，按前17位应为{expected}。")
    return None


def birth_date(number: str) -> date | None:
    """Return the birth date inside an 18-character number, or None when there is no such day."""
    digits = number[6:14]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
