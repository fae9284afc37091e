"""Words of a legal text for comparing: cut so that what decides stays whole. Pure.

十五日, 十个工作日, 二万元, 百分之五, 应当, 国务院劳动行政部门 are one word each, so that a change
of one is shown as that change and not as a stray character. The rest is cut by the dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.laws.importing.clean import fold

try:
    from rjieba import cut as _cut
except ImportError:  # the pure-Python fallback: the same dictionary, slower
    from jieba import lcut as _cut  # type: ignore[no-redef]

# What a change of such words does to people's rights and duties; the order is that of the page.
KINDS = {"modal": "义务或者权限用语", "period": "期限", "sum": "金额、比例", "organ": "机关",
         "date": "日期"}
_NUM = r"[〇零一二两三四五六七八九十百千万亿\d]+(?:[.．点][〇零一二三四五六七八九\d]+)?"
_WHOLE = re.compile(
    rf"(?P<date>[〇零一二三四五六七八九\d]{{4}}年{_NUM}月{_NUM}日)"
    rf"|(?P<period>{_NUM}(?:个半|个)?(?:工作日|自然日|小时|分钟|星期|季度|周岁|日|天|月|年|周)"
    r"|半年|工作日)"
    rf"|(?P<sum>(?:百|千|万)分之{_NUM}|{_NUM}分之{_NUM}|{_NUM}[%％‰]"
    rf"|{_NUM}(?:余|多)?(?:万|亿)?(?:美元|元)"
    rf"|{_NUM}倍)"
    r"|(?P<modal>不应当|应当|不得|不可以|可以|必须|禁止|严禁|有权|无权|不予|应予|免予|方可|不再)")
_ORGAN = re.compile(r"部门|机关|机构|委员会|人民政府|人民法院|人民检察院"
                    r"|(?<!人民)(?:(?<!法治)政府|法院|检察院)|(?<=[\u4e00-\u9fff])局(?![部面势限])"
                    r"|(?<=办公|财政|公安|教育|司法|民政|水利|商务)厅|(?<=[^行])署(?!名)|办公室")
_BOUND = frozenset("的由向对被在与和或及其该为是经报请给将把受从自所等并按依以至到同有可应得须不"
                   "、，。；：？！（）《》〈〉“”‘’—…\n \t")
_VERB = re.compile(r"(?:.*)(?:通知|告知|申请人?|请求|送达|作出|提交|移送|建议|责令|要求|委托|授权"
                   r"|会同|会商|转送|提请|起诉|履行|指定|接受|协助|配合|支持|设立|成立|组织|属于|认为|任何"
                   r"|下列|前款|本法|当事人|公民|规定|或者)"
                   r"|(?:监督(?!管理)|保障|推进|加强|规范)")  # these stand inside names as well
_REACH = 16
_MARK = re.compile(r"^（[〇零一二三四五六七八九十百]+）")
_FILLERS = frozenset("的和与及或之其该等、")
MOST = 4_000_000  # cells of a table of words by words; beyond, sentences are compared


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    kind: str = ""  # a key of KINDS


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of one text (``del``), of the other (``ins``) or of both (``same``).

    ``kind`` names what of KINDS the run changes, empty for other words.
    """

    op: str
    text: str
    kind: str = ""


def words(text: str) -> list[Word]:
    """All of ``text``, in order; joined again the words are the text."""
    spans = sorted([*((m.start(), m.end(), str(m.lastgroup)) for m in _WHOLE.finditer(text)),
                    *_organs(text)])
    out: list[Word] = []
    at = 0
    for start, end, kind in spans:
        if start < at:
            continue
        out += [Word(w) for w in _cut(text[at:start])]
        out.append(Word(text[start:end], kind))
        at = end
    return out + [Word(w) for w in _cut(text[at:])]


def _organs(text: str) -> Iterator[tuple[int, int, str]]:
    """Names that end like an organ's: as far back as no other word bounds them."""
    last = 0
    for found in _ORGAN.finditer(text):
        start = found.start()
        floor = max(last, start - _REACH)
        while start > floor and (text[start - 1] not in _BOUND
                                 or text[start - 1:start + 1] in ("以上", "以下")):
            start -= 1
        verb = _VERB.match(text[start:found.start()])
        start += verb.end() if verb else 0
        last = found.end()
        yield start, last, "organ"


def kinds_in(text: str) -> tuple[str, ...]:
    """Which kinds of deciding words stand in ``text``, in the order of KINDS."""
    found = {word.kind for word in words(text)}
    return tuple(kind for kind in KINDS if kind in found)


def bare(text: str) -> str:
    """Without the mark of a 项, so that a mere renumbering is no change of words."""
    return _MARK.sub("", text)


def same(old: str, new: str) -> bool:
    return fold(bare(old)) == fold(bare(new))


def diff(old: str, new: str) -> list[Piece]:
    """``old`` and ``new`` word by word; the ``same`` and ``ins`` pieces together are ``new``.

    Marks of 项 are left out: the place beside the words says them.
    """
    old, new = bare(old), bare(new)
    first, second = words(old), words(new)
    if len(first) * len(second) > MOST:
        first, second = ([Word(s) for s in re.findall(r"[^。；\n]*[。；\n]?", text) if s]
                         for text in (old, new))
    matcher = SequenceMatcher(None, [fold(w.text) for w in first],
                              [fold(w.text) for w in second], autojunk=False)
    out: list[Piece] = []
    for changed, left, right in _hunks(first, second, matcher.get_opcodes()):
        if not changed:
            out.append(Piece("same", "".join(w.text for w in right)))
            continue
        kinds = _differing(left, right)
        out += _runs("del", left, kinds)
        out += _runs("ins", right, kinds)
    return out


def changed_kinds(pieces: Sequence[Piece]) -> tuple[str, ...]:
    found = {piece.kind for piece in pieces if piece.op != "same"}
    return tuple(kind for kind in KINDS if kind in found)


Hunk = tuple[bool, list[Word], list[Word]]


def _hunks(first: list[Word], second: list[Word],
           codes: Sequence[tuple[str, int, int, int, int]]) -> list[Hunk]:
    """Alternating equal and changed runs; a lone 的 between two changes joins them."""
    out: list[Hunk] = []
    for place, (tag, i1, i2, j1, j2) in enumerate(codes):
        left, right = first[i1:i2], second[j1:j2]
        changed = tag != "equal"
        if 0 < place < len(codes) - 1 and len(left) == 1 and left[0].text in _FILLERS:
            changed = True
        if out and changed and out[-1][0]:
            out[-1] = (True, out[-1][1] + left, out[-1][2] + right)
        else:
            out.append((changed, left, right))
    return out


def _differing(left: Sequence[Word], right: Sequence[Word]) -> set[str]:
    """Kinds whose words are not the same, in the same order, on both sides of a change."""
    found = set()
    for kind in KINDS:
        before = [fold(w.text) for w in left if w.kind == kind]
        if before != [fold(w.text) for w in right if w.kind == kind]:
            found.add(kind)
    return found


def _runs(op: str, said: Sequence[Word], kinds: set[str]) -> Iterator[Piece]:
    run, own = "", ""
    for word in said:
        kind = word.kind if word.kind in kinds else ""
        if run and kind != own:
            yield Piece(op, run, own)
            run = ""
        run, own = run + word.text, kind
    if run:
        yield Piece(op, run, own)
