"""The rank of a norm by what the library says or its name shows; what neither shows stays open."""

from __future__ import annotations

from datetime import date

import pytest

from app.rules.review import ranks


@pytest.mark.parametrize(("title", "written", "rank", "reason"), [
    ("X省机动车清洗管理办法", "《X省机动车清洗管理办法》(省政府令,2019-06-01施行)第八条",
     "PROV_GOV_RULE", "the remark says so"),
    ("某省砂石管理规定", "《某省砂石管理规定》第三条", "PROV_GOV_RULE", "a province's 规定"),
    ("X市户外广告管理办法", "《X市户外广告管理办法》(市政府令第88号)", "CITY_GOV_RULE", "市政府令"),
    ("X市养犬管理条例", "《X市养犬管理条例》第五条", "LOCAL_REG_CITY", "a city's 条例"),
    ("山东省供热条例", "《山东省供热条例》第十六条", "LOCAL_REG_PROV", "a province's 条例"),
    ("危险品运输管理规定", "《危险品运输管理规定》(交通运输部令2016年第5号)", "MINISTRY_RULE",
     "a ministry's order"),
    ("某某登记管理条例", "《某某登记管理条例》(国务院令第500号)", "ADMIN_REG", "国务院令"),
    ("关于规范养犬登记的通知", "《关于规范养犬登记的通知》", "NORM_DOC", "a notice"),
    ("区政府常务会议纪要〔2023〕12号", "区政府常务会议纪要〔2023〕12号", "NORM_DOC", "minutes"),
    ("国务院对确需保留的行政审批项目设定行政许可的决定", "国务院令第412号", "SC_DECISION",
     "the decision of 2004"),
    ("互联网药品服务暂行办法", "《互联网药品服务暂行办法》", "UNKNOWN", "no issuer: never guessed"),
    ("某某保护法", "《某某保护法》第一条", "LAW", "only the congress calls its acts 法"),
])
def test_the_rank_by_the_words_of_the_basis(title: str, written: str, rank: str,
                                            reason: str) -> None:
    assert ranks.of_words(title, written)[0] == rank, reason


@pytest.mark.parametrize(("title", "kind", "region", "rank"), [
    ("山东省供热条例", "地方性法规", "山东", "LOCAL_REG_PROV"),
    ("济南市城市绿化条例", "地方性法规", "山东", "LOCAL_REG_CITY"),
    ("北京市城市绿化条例", "地方性法规", "北京", "LOCAL_REG_PROV"),
    ("汕头经济特区消防条例", "地方性法规", "广东", "AUTONOMOUS_REG"),
    ("城镇燃气管理条例", "行政法规", None, "ADMIN_REG"),
    ("机动车登记规定", "部门规章", None, "MINISTRY_RULE"),
])
def test_the_rank_of_a_text_in_the_library(title: str, kind: str, region: str | None,
                                           rank: str) -> None:
    assert ranks.of_library(title, kind, region) == rank


def test_a_basis_states_its_first_day_and_that_it_is_old() -> None:
    assert ranks.stated_day("《办法》(省政府令,2019-06-01施行)第八条") == date(2019, 6, 1)
    assert ranks.stated_day("《办法》(2019-13-41施行)") is None
    assert ranks.means_old_text("《条例》第三十九条(2019年文本)")
    assert not ranks.means_old_text("《条例》第三十九条")
