"""The words of a text, cut alike for documents and queries: as `units`, and as dictionary words.

Units are single characters and pairs of neighbours. They need no dictionary, so that a lay
question and a statute meet in half a word (退货 in 退换货物, 欠薪 in 拖欠薪酬), and they are
the same with every engine and on every machine.
"""

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


_RUN = re.compile(r"[\u3400-\u9fff]+|[0-9a-z]+")
# Characters of questions and of grammar: looked up by themselves they only cost time.
STOP_CHARS = frozenset("的了和与及或在是为对由按应有无其该本之者等被把将从自到向以并而且但如若则于"
                       "因所我你他她它们吗呢吧啊么嘛能会要这那就都也还很请问怎哪谁啥想您")
STOP_UNITS = frozenset({
    "怎么", "么办", "么样", "怎样", "如何", "什么", "哪些", "哪个", "多少", "是否", "能否", "需要",
    "请问", "您好", "你好", "谢谢", "一个", "这个", "那个", "可以", "应该", "应当", "我的", "我们",
    "他们", "是不", "不是", "没有", "有没", "了吗", "的吗", "吗我", "以吗", "要怎", "该怎", "办呢",
    "的时", "时候", "的话", "为什"})


def units(text: str) -> list[str]:
    """Characters and pairs of neighbouring characters in order; latin words and numbers whole.

    Pairs do not cross punctuation. ``退货吗`` -> ``退 退货 货 货吗 吗``.
    """
    out: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u3400":
            out.append(run)
            continue
        for i, char in enumerate(run[:-1]):
            out += (char, char + run[i + 1])
        out.append(run[-1])
    return out


def query_units(text: str) -> list[str]:
    """The distinct units of a question that say something, in order."""
    return [u for u in dict.fromkeys(units(text))
            if u not in STOP_UNITS and u not in STOP_CHARS
            and not (len(u) == 2 and u[0] in STOP_CHARS and u[1] in STOP_CHARS)]
