"""Document numbers: 国办发〔2019〕39号, 法释〔2018〕1号, 国务院令第721号. Case numbers are none."""

from __future__ import annotations

import re
import unicodedata

_NUMBERED = re.compile(
    r"(?P<head>[\u4e00-\u9fff（）()]{1,16})[ \t]{0,2}"
    r"(?P<open>[〔\[［【（(〈])[ \t]{0,2}(?P<year>(?:19|20)\d\d)年?[ \t]{0,2}[〕\]］】）)〉]"
    r"[ \t]{0,2}(?:第[ \t]{0,2})?(?P<n>\d{1,5})[ \t]{0,2}号")
_ORDER = re.compile(
    r"(?:中华人民共和国)?(?P<head>[\u4e00-\u9fff]{1,24})令[ \t]{0,2}"
    r"(?:[（(〔\[](?:19|20)\d\d年?[）)〕\]])?[ \t]{0,2}[（(]?(?:第[ \t]{0,2})?"
    r"[0-9〇零一二三四五六七八九十百]{1,7}[ \t]{0,2}号[）)]?"
    r"|(?:中华人民共和国)?(?P<other>[\u4e00-\u9fff]{2,24}?)第[ \t]{0,2}"
    r"[0-9〇零一二三四五六七八九十百]{1,7}[ \t]{0,2}号令")
_ISSUER = re.compile(
    r"(?:国务院|主席|[\u4e00-\u9fff]{0,20}(?:部|委员会|委|总局|局|署|银行|人民政府|人民代表大会常务委员会|会|院|厅))$")
_CUT = re.compile(
    r".*(?:根据|依据|依照|按照|遵照|违反|印发|发布|公布|下发|制定|以|经|和|及|与|、|的|由|因|对|即|为|见|如|是|在|于|按|原|^[年月日]"
    r"|[我本][院部局委厅署会]|（|\(|）|\))")
_KEPT = re.compile(r"[（(](?:办|行|研|民|刑|立|法)[）)]")
# Decisions in a single case are no norms.
_CASE_HEAD = re.compile(
    r"(?:罚|决字|复决|补决|征决|许准|许决|处决|告字|民初|民终|行初|行终|刑初|刑终|民申|执|仲裁|裁字|诉|案字|认字|复字"
    r"|复受|复不|公证|证字|工伤|信访|监字|责改|催|听|立字|受字|登记)$")
_CASE_TAIL = re.compile(
    r"[^，。；、\n“”（）]{0,14}?(?:决定书|通知书|判决|裁定|告知书|许可证|案件|复议决定|处罚决定|认定书|调解书|证书|裁决|公函)")
STATE = "中华人民共和国"
NUMBER_HINT = re.compile(r"号")


def find(text: str) -> list[tuple[int, int]]:
    """The (start, end) of every document number, in order."""
    found: list[tuple[int, int]] = []
    for match in _NUMBERED.finditer(text):
        start = _start(match["head"], match.start("head"))
        head = text[start:match.start("open")].strip()
        if not head or _CASE_HEAD.search(head) or _CASE_TAIL.match(text, match.end()):
            continue
        if re.fullmatch(r"[（）()年第号]+", head) or len(head) > 14:
            continue
        found.append((start, match.end()))
    for match in _ORDER.finditer(text):
        name = "head" if match["head"] else "other"
        head = match[name]
        cut = _CUT.match(head.replace(STATE, "＿" * len(STATE)))
        own = head[cut.end():] if cut and cut.end() < len(head) else head
        own = own.removeprefix(STATE)
        if not _ISSUER.search(own) or own.endswith(("命", "责")):
            continue
        start = match.start(name) + len(head) - len(own)
        if start >= len(STATE) and text.startswith(STATE, start - len(STATE)):
            start -= len(STATE)
        end = match.end()
        if text[end - 1] in "）)" and text.count("（", start, end) + text.count("(", start, end) \
                < text.count("）", start, end) + text.count(")", start, end):
            end -= 1
        found.append((start, end))
    return sorted(set(found))


def _start(head: str, at: int) -> int:
    """Where the agency's own words begin: 根据国办发 -> 国办发."""
    kept = _KEPT.sub(lambda m: "＿" * len(m.group()), head)
    cut = _CUT.match(kept)
    return at + (cut.end() if cut else 0)


def normal(number: str) -> str:
    """For comparison: one kind of bracket and digit, no blanks, no 中华人民共和国."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", number))
    text = re.sub(r"[〔\[【(〈]((?:19|20)\d\d)年?[〕\]】)〉]", r"〔\1〕", text)
    text = text.replace(STATE, "").replace("令(第", "令第").rstrip(")")
    return re.sub(r"(?<=〕)第", "", text)
