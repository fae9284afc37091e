"""Who decides by the words of an article: its organ, its level, and what the organ does."""

from __future__ import annotations

import pytest

from app.rules.review.deciders import CONSENTS, GRANTS, ISSUES, RECEIVES, Level, deciders, lowest


@pytest.mark.parametrize(("text", "words", "kind", "level", "strength", "reason"), [
    ("经营燃气的，应当经县级以上地方人民政府燃气管理部门审查批准",
     "县级以上地方人民政府燃气管理部门", "department", Level.COUNTY, GRANTS,
         "the department of a government is no government"),
    ("由县级人民政府主管管道保护工作的部门批准", "县级人民政府主管管道保护工作的部门",
     "department", Level.COUNTY, GRANTS, "a department described by its task"),
    ("由设区的市级以上地方人民政府负责水路运输管理的部门批准",
     "设区的市级以上地方人民政府负责水路运输管理的部门", "department", Level.CITY, GRANTS,
     "设区的市级以上 does not reach down to the county"),
    ("使用集体土地的，由县级以上地方人民政府批准", "县级以上地方人民政府", "government",
     Level.COUNTY, GRANTS, "the government itself"),
    ("渡口的设置应当经渡口所在地的县级人民政府审批", "县级人民政府", "government", Level.COUNTY,
     GRANTS, "所在地的 is no part of the organ"),
    ("必须经设区的市级以上气象主管机构会同有关部门批准", "设区的市级以上气象主管机构", "body",
     Level.CITY, GRANTS, "who joins in does not decide"),
    ("应当向省、自治区、直辖市人民政府药品监督管理部门提出申请",
     "省、自治区、直辖市人民政府药品监督管理部门", "department", Level.PROVINCE, RECEIVES,
     "省、自治区、直辖市 are one level, not three organs"),
    ("取得施工许可证，由建设行政主管部门颁发", "建设行政主管部门", "department", None, ISSUES,
     "handing a paper out is weaker than deciding"),
    ("应当征得城市人民政府市容环境卫生行政主管部门同意", "城市人民政府市容环境卫生行政主管部门",
     "department", None, CONSENTS, "asking for consent is no decision"),
    ("报县级人民政府宗教事务部门审核同意后，报上一级审批", "县级人民政府宗教事务部门",
     "department", Level.COUNTY, CONSENTS, "what is agreed before another decides"),
    ("应当向直辖市的区人民政府司法行政部门提出申请", "直辖市的区人民政府司法行政部门",
     "department", Level.CITY, RECEIVES, "a municipality's district ranks with a city"),
    ("由县级以上地方人民政府水行政主管部门按照省、自治区、直辖市人民政府规定的审批权限审批",
     "县级以上地方人民政府水行政主管部门", "department", Level.COUNTY, GRANTS,
     "who divides the powers does not use them"),
])
def test_the_organ_is_read_from_the_clause(  # noqa: PLR0917
        text: str, words: str, kind: str, level: Level | None, strength: int,
        reason: str) -> None:
    found = deciders(text)
    assert found, reason
    first = found[0]
    assert (first.words, first.kind, first.lowest, first.strength) == (
        words, kind, level, strength), reason


@pytest.mark.parametrize(("text", "reason"), [
    ("具体办法由国务院文化行政部门会同国务院公安部门制定", "who makes the rules of detail"),
    ("许可的条件由国务院交通主管部门规定", "who lays the conditions down"),
    ("经省、自治区、直辖市人民政府批准，可以划出一定的建设控制地带",
     "an act of the authorities, on nobody's application"),
    ("未经批准的，不得施工", "no organ is named"),
    ("应当在三日内向所在地公安机关备案", "a filing is neither application nor grant"),
])
def test_others_that_the_text_names_do_not_decide(text: str, reason: str) -> None:
    assert deciders(text) == (), reason


def test_two_organs_beside_one_verb_are_two() -> None:
    found = deciders("由当地乡镇人民政府或者县级人民政府教育行政部门批准")
    assert [(d.kind, d.lowest) for d in found] == [
        ("government", Level.TOWN), ("department", Level.COUNTY)]


def test_what_a_government_is_asked_it_decides_although_another_hands_the_plate_out() -> None:
    found = deciders("审查意见报本级人民政府。本级人民政府决定批准的，"
                     "由公安机关交通管理部门发给标牌。")
    assert [(d.kind, d.strength) for d in found] == [
        ("government", GRANTS), ("department", ISSUES)]


@pytest.mark.parametrize(("words", "level"), [
    ("自治区人民政府", Level.PROVINCE), ("区人民政府", Level.COUNTY),
    ("县（市、区）", Level.COUNTY),
    ("本级人民政府", None), ("国务院主管部门", Level.STATE), ("城市、县人民政府", Level.COUNTY),
])
def test_the_lowest_level_of_a_phrase(words: str, level: Level | None) -> None:
    assert lowest(words) == level
