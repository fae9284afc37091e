"""Who decides, by the words of the articles that set a licence up.

Read sentence by sentence: beside every word of granting (批准, 核发, 作出…决定 …) stands the organ
that grants, between a preposition (经, 由, 报, 向 …) and the verb, or as the sentence's subject. An
organ that only receives the application (向…申请) counts where no other is named. Of each organ
two things are told: the lowest level of government that its words include, and whether it is a
government, its department, or a body outside the departments. What the words leave open is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from app.rules.review.words import sentences


class Level(IntEnum):
    """Levels of government; the number grows with the rank."""

    TOWN = 1
    COUNTY = 2
    CITY = 3
    PROVINCE = 4
    STATE = 5


LEVEL_NAMES = {Level.TOWN: "乡镇", Level.COUNTY: "县（区）级", Level.CITY: "设区的市级",
               Level.PROVINCE: "省级", Level.STATE: "国家级"}
KINDS = {"government": "人民政府", "department": "政府部门", "body": "部门以外的机构"}
RECEIVES, CONSENTS, ISSUES, GRANTS = 1, 2, 3, 4


@dataclass(frozen=True)
class Decider:
    """``words`` and ``sentence`` stand in the article; ``strength`` is what the organ does.

    RECEIVES (the application) < CONSENTS (审核同意后报…) < ISSUES (发给证件) < GRANTS (批准, 决定).
    """

    words: str
    kind: str
    lowest: Level | None
    strength: int
    sentence: str

    @property
    def said(self) -> str:
        """``县级以上地方人民政府燃气管理部门（政府部门）`` for a screen."""
        return f"{self.words}（{KINDS[self.kind]}）"


# The lowest level that a phrase includes, looked for from the lowest up.
_LEVELS: tuple[tuple[str, Level], ...] = (
    (r"乡、?民族乡|乡（镇）|乡镇|乡、镇|乡级|街道办事处", Level.TOWN),
    (r"县级|市、县|、县人民政府|和县|城市、县|市、区|区、县|县（市|区（县）|县（区|县（市）|市（县）|旗"
     r"|市辖区"
     r"|县人民政府|县、市|县或者|(?<!自治)区人民政府|以上地方各级|地方各级|各级人民政府|区县"
     r"|^县以上|当地|所在地县", Level.COUNTY),
    (r"设区的市|地级市|地（市）|市级|自治州|盟|地区行政公署", Level.CITY),
    (r"省、自治区|自治区人民政府|省级|省人民政府|直辖市|计划单列市|^省", Level.PROVINCE),
    (r"国务院|国家[\u4e00-\u9fff]{2,8}(?:部门|总局|局)|中国[\u4e00-\u9fff]{2,8}(?:局|机构)|全国"
     r"|民用航空|民航", Level.STATE),
)
_BODY = re.compile(
    r"(?:监督|救援|检疫|管理|主管|检验|检测|防治|管护|消防|医疗)机构|服务中心|管理处|委员会|协会|学会")
_ORGAN_END = (r"(?:主管部门|行政部门|管理部门|主管机关|主管机构|管理机构|监督机构|救援机构"
              r"|检疫机构|管理机关"
              r"|登记机关|公安机关|审批机关|许可机关|发证机关|行政机关|机关|部门|人民政府|政府|机构|委员会|局)")
_GRANT = re.compile(
    r"(?<!未经)(?<!未)(?<!已)(?:决定批准|审查批准|审核批准|批准|审批|核发|核准|审核同意|审查同意"
    r"|同意(?!的)|认定|许可(?!证|的|条|申|事|机|决)|颁发|发给|发放|签发"
    r"|[作做]出(?:是否)?[^，。；]{0,16}决定|予以登记|准予登记|办理[^，。；]{0,8}登记"
    r"|登记(?=[，。；]|管理机关)|审查(?=[，。；]|合格)|确定(?=，|并)|决定(?=[，。；]))")
_RECEIVE = re.compile(
    r"(?:提出|提交|递交)[^，。；]{0,14}申请|申请(?!人|书|材)|领取|办理|申报|提交|报送|申领")
_BEFORE = re.compile(r"(?:应当|必须|须|并|可以)?(?:依法|按照[^，。]{0,12})?(?:分别)?(?:报请|报经"
                     r"|报|经过|经|由|向|送)")
_CLAUSE = re.compile(r"[^，：]+")
# Words inside a clause behind which an organ can no longer begin.
_CUT = re.compile(
    r"(?:应当|必须|可以|方可|不得|自收到|自受理|收到|受理|接到|对|在|会同|组织|按照|依照|根据|审查|审核|提出"
    r"|征求|符合|备案|规定的?|予以|依法|统一|负责(?!.*部门))")
# Whoever makes the rules of detail decides nothing in the single case.
_RULE_MAKER = re.compile(
    r"(?:办法|目录|标准|条件|范围|名录|程序|权限|细则)[^，。；]{0,20}由[^，。；]{2,40}(?:制定|规定|公布|确定)"
    r"|国务院[^，。；]{0,30}(?:规定|制定|制订|公布|确定)的?"
    r"|(?:按照|依照|根据)[^，。；]{2,30}(?:规定|划分|确定)的[^，。；]{0,6}权限")

# 国务院有关部门批准、核准的建设项目: by whom the project was approved, not the item.
_OTHER_PROJECT = re.compile(r"(?:(?:、|或者)(?:批准|核准|审批))?的(?:建设)?(?:项目|工程)")


def deciders(text: str) -> tuple[Decider, ...]:
    """Every organ beside a word of granting or receiving in ``text``, in order.

    >>> [d.words for d in deciders("从事经营的，应当向县级人民政府交通主管部门申请")]
    ['县级人民政府交通主管部门']
    """
    found: dict[tuple[str, int, str], Decider] = {}
    for sentence in sentences(text):
        if _OWN_ACT.search(sentence):
            continue
        plain = _AFTERWARDS.sub("", _RULE_MAKER.sub("", sentence))
        for decider in _of_sentence(plain, sentence):
            found.setdefault((decider.words, decider.strength, sentence), decider)
    return tuple(found.values())


def _of_sentence(plain: str, sentence: str) -> Iterable[Decider]:
    subject = ""
    for clause in _CLAUSE.findall(plain):
        found = _of_clause(clause, subject)
        if found:
            yield from _split(*found, sentence)
        subject = _subject(clause) or subject
    # 由县级以上…主管部门审核 decides where nothing follows; 审核，报…批准 does not.
    if (last := re.search(r"由([^，：]{4,60})审核$", plain)) and (organ := _before(f"由{last[1]}")):
        yield from _split(organ, GRANTS, sentence)


def _of_clause(clause: str, subject: str) -> tuple[str, int] | None:
    """(the organ, what it does): the first verb of granting with an organ before it counts."""
    grants = [verb for verb in _GRANT.finditer(clause)
              if not _OTHER_PROJECT.match(clause[verb.end():])]
    for verb in grants:
        if organ := _before(clause[:verb.start()]):
            return organ, _what(clause, verb)
    if grants and subject:
        return subject, _what(clause, grants[0])
    receives = None if re.search(r"备案|登记手续", clause) else _RECEIVE.search(clause)
    organ = _before(clause[:receives.start()]) if receives else ""
    return (organ, RECEIVES) if organ else None


def _what(clause: str, verb: re.Match[str]) -> int:
    """Whether the verb decides, issues a paper after a decision, or only agrees before one."""
    after = clause[verb.end():]
    if verb[0].startswith("办理"):
        return RECEIVES  # the applicant goes there
    if re.search(r"征得|征求", clause[:verb.start()]) or (
            verb[0].endswith("同意") and re.match(r"后|，", after)):
        return CONSENTS
    return ISSUES if verb[0] in ("发给", "发放", "颁发", "签发") else GRANTS


def _before(words: str) -> str:
    """The organ at the end of ``words``: after the last preposition, without adverbs."""
    words = re.sub(r"会同[^，]*$", "", words)
    start = 0
    for match in _BEFORE.finditer(words):
        if not _inside_name(words, match.start(), match.end()):
            start = match.end()
    words = words[start:]
    if re.search(r"意见[^，]{0,4}$|(?:部门|机关|机构|政府)的[^，]{2,}$", words):
        return ""  # 经征求…部门的意见确定: whoever asks decides
    return _organ(words)


def _inside_name(words: str, start: int, end: int) -> bool:
    """经 of 经济, 报 of 预报 …: a preposition only where an organ follows."""
    return ((words[start:end].endswith("经") and words[end:end + 1] in "济营贸过纪")
            or (words[start:end].endswith("报") and words[end:end + 1] in "告送")
            or (words[start:end].endswith("由") and words[end:end + 1] in "于"))


def _subject(clause: str) -> str:
    """An organ at the head of a clause, which later clauses of the sentence speak of."""
    match = re.match(rf"(?:[^，]{{0,60}}?){_ORGAN_END}(?=应当|可以|必须|自|对|在|审查|收到|接到"
                     r"|受理|组织|予以|按照|根据|依照|依据|不予|负责|依法)", clause)
    return _organ(re.sub(r"^.*由(?!于)", "", match[0])) if match else ""


def _organ(words: str) -> str:
    """The organ that ``words`` end with, its levels and qualifiers before it; else empty."""
    ends = list(re.finditer(_ORGAN_END, words))
    if not ends:
        return ""
    head = re.sub(r"是(?:本级|同级).*", "", words[:ends[-1].end()])
    ends = list(re.finditer(_ORGAN_END, head))
    if not ends or head == "政府":
        return ""
    cut = 0
    for match in _CUT.finditer(head):
        if match.end() < ends[-1].start():
            cut = match.end()
    organ = head[cut:].strip("、的和或者并及其")
    if re.match(r"(?:取得|获得)(?!.*(?:政府|部门|机关))", organ) and organ.endswith("机构"):
        return ""  # 取得医用辐射机构许可: the name of the paper
    if re.match(r"办理(?!.*(?:政府|部门|机关))", organ):
        return ""  # 办理机构编制审批手续: what is done, no organ
    organ = _HEAD.sub("", organ)
    organ = re.sub(r"^[\u4e00-\u9fff]{0,30}(?:的|后)(?=[\u4e00-\u9fff、]{4,}$)", _keep_levels,
                   organ)
    return organ if len(organ) >= 2 else ""


def _keep_levels(match: re.Match[str]) -> str:
    """所在地的县级… loses 所在地的; 设区的市级… and 依照…授权的部门 keep their words."""
    words = match[0]
    return words if re.search(r"设区的$|直辖市的$|政府|授权的|负责|主管|管理", words) else ""


# Who comes after the licence, for another leave: 取得规划许可证后，方可向土地主管部门申请用地.
_AFTERWARDS = re.compile(r"(?:取得|领取|持|凭)[^，。；]{2,24}(?:证|文件)[^，。；]{0,4}后，"
                         r"?方可.*$", re.S)
# What authorities do among themselves, on nobody's application: 经省政府批准，划出建设控制地带.
_OWN_ACT = re.compile(r"划定|划出")
_HEAD = re.compile(r"^(?:事先|还)?(?:须|要|应)?(?:未)?(?:取得|获得|征得|提交|向|到|地|要求|需要)")
# Organs that only point to one named before.
ANAPHORA = re.compile(
    r"^(?:原|该|上述|前款[^，]{0,6}|负责)?(?:审批|登记|发证|许可|批准|颁证|决定)?(?:的)?"
    r"(?:机关|部门|机构|管理机关)$|^机关(?:或者其授权的机关)?$|^登记管理机关$|^负责审批的部门$|^有关部门$|^其他有关部门$")


def _split(organ: str, strength: int, sentence: str) -> Iterable[Decider]:
    """``乡镇人民政府或者县级人民政府教育行政部门`` are two, 省、自治区、直辖市人民政府 is one."""
    parts = re.split(rf"(?<=人民政府)(?:或者|和|、|以及)(?=[^，]*{_ORGAN_END})"
                     rf"|(?<=部门)(?:或者|以及|、|和)(?=[^，]*{_ORGAN_END})|(?<=机构)(?:或者|、|和)",
                     organ)
    for part in parts:
        if part and re.search(_ORGAN_END, part):
            yield Decider(part, _kind(part), lowest(part), strength, sentence)


def lowest(words: str) -> Level | None:
    """The lowest level of government that ``words`` include, or None where they name none.

    >>> lowest("设区的市级以上地方人民政府负责水路运输管理的部门").name
    'CITY'
    >>> lowest("县级以上地方人民政府燃气管理部门").name
    'COUNTY'
    """
    plain = re.sub(r"设区的市级(?:以上)?(?:地方)?(?:各级)?", "设区的市级", words)
    # A district of a municipality under the State Council ranks with a city (自治州 likewise).
    plain = re.sub(r"直辖市(?:的)?(?:区|县|区县|区（县）)(?=人民政府|[\u4e00-\u9fff]{0,6}部门)",
                   "设区的市",
                   plain)
    for pattern, level in _LEVELS:
        if re.search(pattern, plain):
            return level
    return None


def _kind(organ: str) -> str:
    if re.search(r"(?:人民)?政府$", organ):
        return "government"
    if _BODY.search(organ) and not re.search(r"部门$|机关$", organ):
        return "body"
    return "department"
