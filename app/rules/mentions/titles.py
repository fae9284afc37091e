"""Names of legal texts in running text: 《…》, bare names, abbreviations and their definitions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

STATE = "中华人民共和国"
TITLE = re.compile(
    r"《(?P<title>[^《》\n]{1,150}(?:《[^《》\n]{1,150}》[^《》\n]{0,150}){0,4})》")
_ENDING = (r"法典|宪法|实施条例|条例|办法|规定|实施细则|细则|司法解释|解释|规则|规程|通则|公约"
           r"|修正案|总则|准则|决定|决议|批复|通知|意见|安排|法")
_TAIL = r"(?:（[一二三四五六七八九十试行]{1,3}）)?"
_END = re.compile(rf"(?:{_ENDING}){_TAIL}")
_STRONG = re.compile(
    r"(?:法典|宪法|条例|办法|规定|细则|解释|规则|规程|通则|公约|议定书|修正案|(?<![方书用看做想说手语魔])法)"
    r"(?:[（(][^（）()]{1,14}[）)])*$")
_WEAK = re.compile(
    r"(?:决定|决议|通知|意见|批复|答复|公告|通告|纪要|方案|规范|目录|标准|准则|指南|纲要|安排|章程|复函|"
    r"函|说明|指示|问题|议案|指引|指导意见|解答|规划)(?:[（(][^（）()]{1,14}[）)])*$")
_BODY = re.compile(
    r"^(?:国务院|中共|中央|最高|全国人|中国人民|[^关]{1,20}?(?:部|委|委员会|局|署|总局|办公厅|办公室|人民政府"
    r"|法院|检察院|银行|人大|人民代表大会)(?:、|和|$)?)")
_PRIVATE = re.compile(
    r"(?:有限公司|有限责任公司|股份公司|员工|职工手册|考勤|业主|村规民约|本公司|公司章程|合同|协议|劳动纪律)")
_CASE_DECISION = re.compile(
    r"^(?:[^关]{0,24})(?:处罚|复议|许可|征收|补偿|仲裁|强制|受理|终止|处理|驳回|撤销|执行|认定|裁决)决定$")
GENERIC = frozenset({
    "法", "办法", "规定", "条例", "解释", "细则", "决定", "意见", "通知", "安排", "规则", "规程",
    "批复", "司法解释", "实施细则", "实施条例", "实施办法", "暂行规定", "暂行办法", "暂行条例",
    "若干规定", "实施规定", "若干意见", "通则", "公约", "法典",
    "宪法修正案", "决议", "实施意见", "有关规定",
    "相关规定", "管理办法", "管理条例", "管理规定",
})
DEICTIC = re.compile(
    r"(?P<which>本|该|此|上述|前述|同)(?P<type>法典|法|条例|办法|规定|解释|规则|细则|决定|意见|通知|安排"
    r"|批复|规程|准则|修正案|通则|决议)")
# （以下简称《甲法》）, （国发〔2019〕1号，以下称“甲办法”）
DEFINITION = re.compile(
    r"[（(](?:[^（）()\n]{0,60}[，,；;])?[ \t]{0,2}(?:以下|下文|下)?[ \t]{0,2}(?:统|简|并)?称"
    r"(?:为|作|：|:)?[ \t]{0,2}"
    r"(?P<alias>《[^《》\n]{1,60}》|[“\"「][^”\"」\n]{1,60}[”\"」]|[^（）()《》“”\"\n，,。；]{2,40})"
    r"[^（）()\n]{0,20}[）)]")
ASIDE = re.compile(
    r"[（(](?:[^（）()\n]|[（(][^（）()\n]{1,20}[）)]){1,80}[）)]")
_BEFORE_ALONE = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|依照|依据|根据|按照|遵照|违反|适用|符合|参照|触犯|执行|实施|遵守|施行|贯彻|修改|制定"
    r"|以及|或者|现行|我国|不|和|及|与|对|由|在|的|新|旧|原|将|如|是|即|按|从|为|自|据|用|了|到|以|因|其|于|也"
    r"|被|经|比|向|除|把|或|属于|违背|援引|引用|通过|落实|学习|宣传|构成|指)$")
_AFTER_ALONE = re.compile(
    r"(?:学|律|规|院|官|庭|人|定|案|治|制|域|理|典|医|务|释|门|系|则|权|益|草案|实施|若干|（?修正|修正|的解释"
    r"|司法解释|解释|教|课|配套|领域|知识|理论|考试|界|草|宣传|条)")
_CONTINUED = re.compile(
    r"(?:实施(?:条例|细则|办法|规定)|(?:若干问题的?)?(?:司法)?解释|适用意见|修正案)"
    r"(?:（[一二三四五六七八九十]{1,3}）)?")
_REGION = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:省|市|自治区|自治州|自治县|县|特区|区|州|盟|旗)(?:实施)?$")
_STOP = re.compile(
    r".*(?:依照|依据|根据|按照|遵照|违反|适用|符合|参照|触犯|执行|遵守|贯彻|以及|或者|属于|构成|现行|我国"
    r"|规定的|所称的?|和|及|与|对|由|在|的|将|按|据|以|因|于|是|为|或|犯|了|《|》)")
_UNKNOWN = re.compile(
    r"[\u4e00-\u9fff]{2,30}(?:条例|办法|规定|实施细则|细则|规则|解释|法典|法|法总则|法通则|公约|议定书"
    rf"|准则|规程|安排){_TAIL}$")
LONGEST_NAME = 60
_NO_NAMES = frozenset({
    "方法", "依法", "执法", "司法", "违法", "合法", "立法", "做法", "说法", "看法", "用法", "非法",
    "守法", "普法", "书法", "语法", "新法", "旧法", "原法", "上位法", "下位法"})


@dataclass(frozen=True, slots=True)
class Named:
    """A bare name in the text: ``name`` is what is to be looked up; ``known`` if it is held."""

    start: int
    end: int
    name: str
    known: bool


class NameIndex:
    """The names a library knows, as they stand in running text (without 中华人民共和国).

    :param names: every name, abbreviations and old names as well.
    :param alone: those that count as a citation without an article.
    """

    def __init__(self, names: Collection[str], alone: Collection[str] = ()) -> None:
        self.names = frozenset(n for n in names if len(n) >= 2 and n not in GENERIC)
        self.alone = frozenset(n for n in alone if n in self.names)
        # The ends of longer names: 调解仲裁法 is not the 仲裁法. "" where several names end so.
        self.ends: dict[str, str] = {}
        for name in self.names:
            for cut in range(1, max(1, len(name) - 3)):
                tail = name[cut:]
                self.ends[tail] = "" if self.ends.get(tail, name) != name else name
        self.lengths: dict[str, list[int]] = {}
        for name in sorted(self.names, key=len, reverse=True):
            lengths = self.lengths.setdefault(name[-2:], [])
            if len(name) <= LONGEST_NAME and (not lengths or lengths[-1] != len(name)):
                lengths.append(len(name))

    def ending_at(self, text: str, end: int, floor: int) -> str:
        """The longest name that ends at ``end`` and does not begin before ``floor``."""
        window = text[max(floor, end - LONGEST_NAME):end].replace("（", "(").replace("）", ")")
        for length in self.lengths.get(window[-2:], ()):
            if length <= len(window) and window[-length:] in self.names:
                return text[end - length:end]
        return ""

    def longer(self, text: str, start: int, end: int, floor: int) -> tuple[int, str]:
        """The longest end of another name that has the words before ``start`` as well.

        Returns its start and that name, "" where several names end so; ``start`` when none does.
        """
        for begin in range(max(floor, start - 16), start - 1):
            tail = text[begin:end]
            if tail in self.ends:
                return begin, self.ends[tail]
        return start, ""

    def knows(self, name: str) -> bool:
        return folded(name) in self.names


def folded(name: str) -> str:
    """As the keys of the library are written: ASCII brackets, no inner title marks."""
    for old, new in (("（", "("), ("）", ")"), ("《", ""), ("》", ""), ("〈", ""), ("〉", ""),
                     (STATE, "")):
        if old in name:
            name = name.replace(old, new) or name
    return name


def bare_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Places where a bare name may end."""
    for match in _END.finditer(text, start, end):
        yield match.end()


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the words around a bare name leave it a name of its own."""
    if _AFTER_ALONE.match(text, end):
        return False
    return bool(_BEFORE_ALONE.search(text[max(0, start - 3):start])
                or start == 0)


def continued(text: str, end: int) -> int:
    """The end of a longer name that begins with the one before ``end`` (…法实施条例)."""
    match = _CONTINUED.match(text, end)
    return match.end() if match else end


def with_state(text: str, start: int, floor: int) -> int:
    """The start of the name with 中华人民共和国 before it."""
    before = start - len(STATE)
    return before if before >= floor and text.startswith(STATE, before) else start


def region_before(text: str, start: int, floor: int) -> int:
    """The start of a region's name that makes the name another one (某省道路运输条例)."""
    head = text[max(floor, start - 14):start]
    match = _REGION.search(head)
    if not match:
        return start
    at = start - (len(head) - match.start())
    stop = _STOP.match(match.group())
    return at + (stop.end() if stop and stop.end() < len(match.group()) - 1 else 0)


def unknown_before(text: str, end: int, floor: int) -> int | None:
    """The start of a name that nobody knows, right before an article; None when there is none."""
    head = text[max(floor, end - 40):end]
    match = _UNKNOWN.search(head)
    if not match:
        return None
    words = match.group()
    stop = _STOP.match(words, 0, max(0, len(words) - 2))
    cut = stop.end() if stop else 0
    name = words[cut:]
    if DEICTIC.fullmatch(name) or name in _NO_NAMES or name in GENERIC:
        return None
    return end - len(name)


_GENERIC_BEFORE = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|依照|依据|根据|按照|违反|符合|适用|和|及|与|或者|或|的|以|由)"
    r"(?P<word>条例|办法|实施细则|实施条例|实施办法|细则|司法解释|解释|规则)$")


def generic_before(text: str, end: int, floor: int) -> int | None:
    """The start of 条例, 细则 … standing for a law's name right before an article."""
    begin = max(floor, end - 10)
    match = _GENERIC_BEFORE.search(text[begin:end])
    return begin + match.start("word") if match else None


def starts_here(text: str, start: int) -> bool:
    """Whether a bare 第三条 begins a citation: the words before are no name that nobody knows."""
    return bool(_BEFORE_ALONE.search(text[max(0, start - 3):start])
                or text[start - 1:start] in "有至给述指任者")


def looks_legal(title: str, *, followed: bool) -> bool:
    """Whether a title in 《》 that no library knows is that of a legal text.

    :param followed: a place or a document number follows, which only legal texts have.
    """
    plain = title.strip()
    if _PRIVATE.search(plain) and "法" not in plain[-1:]:
        return False
    if _CASE_DECISION.match(plain):
        return False
    if _STRONG.search(plain):
        return len(plain) > 2
    if _WEAK.search(plain):
        body, about, _ = plain.partition("关于")
        return (followed or any(mark in plain for mark in "《〈<")
                or bool(about and _BODY.match(body or "x")))
    return False


_ISSUED = re.compile(
    r"(?:[部委局署院会厅]|政府|办公室|银行|中央军委|号|(?:印发|发布|公布|下发|颁布|转发)的?)"
    r"[ \t]{0,2}$")


def issued(text: str, start: int) -> bool:
    """Whether who issued the text, or its number, stands right before its title."""
    return bool(_ISSUED.search(text[max(0, start - 6):start]))


def kind_of(title: str) -> str:
    """The word by which 该法, 该条例 … refer to it."""
    plain = re.sub(r"[（(][^（）()]*[）)]$", "", title.strip())
    for word in ("法典", "条例", "办法", "规定", "解释", "规则", "细则", "决定", "意见", "通知",
                 "安排", "批复", "规程", "准则", "修正案", "通则", "决议", "宪法", "法"):
        if plain.endswith(word):
            return "法" if word in ("法典", "宪法") else word
    return ""
