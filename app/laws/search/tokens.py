"""The words of a text, cut alike for documents and queries."""

from __future__ import annotations

import re
import unicodedata

try:
    import rjieba

    TOKENIZER = "rjieba"

    def _cut(text: str) -> list[str]:
        return rjieba.cut_for_search(text)  # type: ignore[no-any-return]
except ImportError:  # the pure-Python fallback: the same dictionary, slower
    import jieba

    TOKENIZER = "jieba"

    def _cut(text: str) -> list[str]:
        return list(jieba.cut_for_search(text))

_WORD = re.compile(r"[0-9a-z\u3400-\u9fff]")
# What carries no information in law or in a question about it.
STOP = frozenset(
    "的了和与及或在是为对由按应有无其该本之者等被把将从自到向以并而且但如若则于因所上下中内外前后"
    "我你他她它们吗呢吧啊能会要一这那就都也还很第条款项") | {
    "或者", "以及", "按照", "依照", "依据", "根据", "应当", "可以", "不得", "但是", "如果",
    "怎么", "怎么办", "怎样", "如何", "什么", "哪些", "哪个", "多少", "是否", "能否", "需要",
    "请问", "您好", "谢谢", "一个", "这个", "那个"}


def words(text: str) -> list[str]:
    """Tokens in order, lower case, widths folded, without punctuation and stop words."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return [w for w in _cut(folded) if w not in STOP and _WORD.search(w)]
