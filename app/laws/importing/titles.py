"""Titles that name one text with and without who issued it, and titles that name no norm."""

from __future__ import annotations

import re

_BODY = re.compile(r"(?:法院|检察院|国务院|办公厅|代表大会|委员会|部|局|署|银行)$")
_FORM = re.compile(
    r"(?:法|法典|宪法|条例|规定|办法|细则|规则|规程|规范|决定|决议|解释|解答|批复|答复|通知|通告|公告|通报"
    r"|意见|标准|命令|令|方案|安排|章程|准则|目录|公约|条约|协定|协议|宣言|修正案|纲要|名单|函|纪要|制度|公报"
    r"|守则|清单|要点|指南|指引|规划|计划|措施|定额|税率表|说明|备忘录|议定书|声明|授权|报告|口径|要求|政策|基准)"
    r"(?:[（(][^（）()]{1,20}[）)])*$")
AMENDMENT = re.compile(r"修正案(?:[（(][一二三四五六七八九十]{1,3}[）)])?$")
SHORTEST = 8


def bare_key(key: str) -> str | None:
    """The key of a title without the organs before 关于: 最高人民法院关于… and 关于… are one text.

    None where the title is not of that form. Whether two texts are one is the caller's question:
    two organs may each have issued a 关于….
    """
    head, word, rest = key.partition("关于")
    if not word or len(rest) < SHORTEST or len(head) > 60 or (head and not _BODY.search(head)):
        return None
    return word + rest


def is_legal_form(title: str) -> bool:
    """Whether a title ends as the titles of norms end (法, 条例, 规定, 标准 …)."""
    return bool(_FORM.search(title.strip()))
