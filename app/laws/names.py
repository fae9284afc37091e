"""What makes two titles the same law, and how a law is called briefly."""

from __future__ import annotations

import re
import unicodedata

STATE = "中华人民共和国"
_VERSION = re.compile(
    r"[(（](?:\d{4}|\d{4}-\d\d-\d\d|\d{4}年?(?:修正|修订|修改|公布|通过)[^()（）]{0,4}"
    r"|\d{4}年\d{1,2}月\d{1,2}日[^()（）]{0,8})[)）]$")
_DROP = re.compile(r"[\s《》〈〉<>“”\"'「」『』、,，·.．:：\u200b\ufeff\xad]")


def title_key(name: str) -> str:
    """Fold a title for comparison: widths, brackets, blanks, 中华人民共和国 and a version tail."""
    folded = _VERSION.sub("", unicodedata.normalize("NFKC", name).strip())
    folded = _DROP.sub("", folded)
    return folded.replace(STATE, "") or folded


def short_title(title: str) -> str:
    """``中华人民共和国行政许可法`` -> ``行政许可法``."""
    return title.removeprefix(STATE) or title
