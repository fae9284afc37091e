"""The one door to argon2, and what a password must be."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH, MAX_LENGTH = 10, 128
RULES = f"至少 {MIN_LENGTH} 个字符，不得含用户名，不得是常见密码。"
# The head of every list of leaked passwords that is long enough to pass the length rule.
COMMON = frozenset({
    "1234567890", "0123456789", "12345678910", "1234567891", "0987654321", "123123123123",
    "1111111111", "a123456789", "abc1234567", "abcd123456", "password12", "password123",
    "password1234", "passw0rd123", "qwertyuiop", "qwerty12345", "qwerty123456", "1qaz2wsx3edc",
    "1q2w3e4r5t", "asdfghjkl1", "admin12345", "admin123456", "administrator", "iloveyou123",
    "woaini1314", "woaini520520", "aa123456789", "zhengheng123", "changeme123", "zxcvbnm123",
})
# No 0/O, 1/l/I: a one-time password is read aloud or from paper.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()
_nobody = _hasher.hash("nobody")


def configure(*, fast: bool) -> None:
    """Choose the cost: the library's default, or the cheapest there is (tests only)."""
    global _hasher, _nobody  # noqa: PLW0603  (one hasher a process)
    _hasher = (PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if fast
               else PasswordHasher())
    _nobody = _hasher.hash("nobody")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Compare in the same time whether or not there is an account (``stored`` None)."""
    try:
        return _hasher.verify(stored or _nobody, password[:MAX_LENGTH]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """True when ``stored`` was made at another cost and should be made anew at sign-in."""
    return _hasher.check_needs_rehash(stored)


def one_time() -> str:
    """A password to be changed at the first sign-in: 14 characters, about 80 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(14))


def faults(password: str, username: str) -> list[str]:
    """What is wrong with ``password``, in Chinese; empty when it will do."""
    found = []
    lowered = password.lower()
    if len(password) < MIN_LENGTH:
        found.append(f"密码至少 {MIN_LENGTH} 个字符，现在是 {len(password)} 个。")
    if len(password) > MAX_LENGTH:
        found.append(f"密码至多 {MAX_LENGTH} 个字符。")
    if username and username.lower() in lowered:
        found.append("密码不得包含用户名。")
    if lowered in COMMON or (password and len(set(password)) <= 3):
        found.append("这个密码太常见，容易被猜出，请换一个。")
    return found
