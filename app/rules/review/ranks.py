"""The rank of a norm in the table of 领域指南 A.3, by what the library says or its name shows.

`of_library` reads the library's own rank, `of_words` the name and the remark of a norm that the
library lacks: （省政府令…）, 部令, 〔2021〕3号. What neither shows is UNKNOWN, never guessed.
"""

from __future__ import annotations

import re
from datetime import date

PROVINCES = ("河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南"
             "|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|北京|天津|上海|重庆")
_MUNICIPAL = "北京|天津|上海|重庆"
_PROVINCIAL = re.compile(
    rf"^(?:(?:{PROVINCES})(?:省|自治区|壮族自治区|回族自治区|维吾尔自治区)|(?:{_MUNICIPAL})市?"
    r"|[A-ZＡ-Ｚ某××]{1,2}省|全?省(?=[^略])|中国（)")
_AUTONOMOUS = re.compile(r"自治条例|单行条例|经济特区|自治州|自治县|自由贸易港")
_CITY = re.compile(r"^[\u4e00-\u9fffA-Z×]{1,12}?(?:市|州|盟|地区)(?!场|政|容)")
_DOCUMENT = re.compile(
    r"〔\d{4}〕|\[\d{4}\]|[发办函字]〔|纪要|通知|意见|方案|批复|复函|请示|公告|通告|会议"
    r"|文件|清单|指南|规划$|工作规则|纲要|目录")
_MINISTRY = re.compile(r"(?<!国务)(?:部|总局|委员会|委|署|银行|局|会)(?:[^，；]{0,6})?令"
                       r"|部门规章|部令|总局令")
_DAY = re.compile(r"(\d{4})[年.-](\d{1,2})[月.-](\d{1,2})日?(?:起)?施行")
_OLD = re.compile(r"\d{4}年?(?:文本|版|修正文本)|旧文本|原条文|修订前|修正前|旧版")
SETTING_DECISION = re.compile(r"国务院.{0,20}(?:设定行政许可|保留的行政审批项目).{0,6}决定")


def of_library(title: str, rank: str, region: str | None) -> str:
    """Key of facts.RANKS for a text that the library holds."""
    if SETTING_DECISION.search(title):
        return "SC_DECISION"
    plain = {"宪法": "LAW", "法律": "LAW", "行政法规": "ADMIN_REG", "司法解释": "INTERPRETATION",
             "部门规章": "MINISTRY_RULE", "规范性文件": "NORM_DOC"}.get(rank)
    if plain:
        return plain
    if rank == "地方性法规":
        if _AUTONOMOUS.search(title):
            return "AUTONOMOUS_REG"
        return "LOCAL_REG_PROV" if _provincial(title, region) else "LOCAL_REG_CITY"
    if rank == "地方政府规章":
        return "PROV_GOV_RULE" if _provincial(title, region) else "CITY_GOV_RULE"
    return "OTHER"


def of_words(title: str, written: str, said: str = "") -> tuple[str, str]:
    """(key of facts.RANKS, why) for a norm that the library lacks.

    ``written`` is the basis with its remarks, ``said`` the sheet's column 依据层级 where it speaks
    of this basis alone.
    """
    remark = written.replace(title, "")
    if SETTING_DECISION.search(title):
        return "SC_DECISION", "国务院设定行政许可的决定"
    for words, rank in (("省政府令|省人民政府令|省政府规章|省级政府规章", "PROV_GOV_RULE"),
                        ("市政府令|市人民政府令|市政府规章", "CITY_GOV_RULE"),
                        ("国务院令", "ADMIN_REG"), ("主席令", "LAW")):
        if found := re.search(words, written):
            return rank, f"所附说明写“{found[0]}”"
    # The name of a ministry's rule may itself stand in the remark: 交通运输部令2016年第5号.
    if found := _MINISTRY.search(remark):
        return "MINISTRY_RULE", f"所附说明写“{found[0]}”"
    if _DOCUMENT.search(written):
        return "NORM_DOC", "题名或者文号是规范性文件的写法"
    if re.search(r"(?<!办)法典?$", title):
        return "LAW", "题名称“法”"
    local = _by_place(title)
    if local:
        return local, "题名所写的地方和体例"
    for words, rank in (("规范性文件", "NORM_DOC"), ("部门规章", "MINISTRY_RULE"),
                        ("省级?政府规章|省政府规章", "PROV_GOV_RULE"),
                        ("政府规章", "CITY_GOV_RULE")):
        if re.fullmatch(words, said.strip()):
            return rank, "送审表依据层级一栏所写"
    return "UNKNOWN", "题名没有显示制定机关"


def _by_place(title: str) -> str:
    provincial, city = _PROVINCIAL.match(title), _CITY.match(title)
    if not (provincial or city):
        return ""
    if re.search(r"条例(?:实施细则)?$|条例", title):
        return "LOCAL_REG_PROV" if provincial else "LOCAL_REG_CITY"
    if re.search(r"(?:办法|规定|细则|规则)$", title):
        return "PROV_GOV_RULE" if provincial else "CITY_GOV_RULE"
    return ""


def _provincial(title: str, region: str | None) -> bool:
    if re.match(rf"^(?:{_MUNICIPAL})", title) or (region in _MUNICIPAL.split("|")):
        return True
    if _PROVINCIAL.match(title):
        return True
    return not _CITY.match(title)


def stated_day(written: str) -> date | None:
    """The day of coming into force that a basis states: （省政府令，2019-06-01施行）."""
    found = _DAY.search(written)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def means_old_text(written: str) -> bool:
    """Whether the basis itself says that it quotes a former text: （2019年文本）."""
    return bool(_OLD.search(written))
