"""The register of organs: names as officials write them, seals by day, what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.organs import demo, queries, services
from app.organs.models import KINDS
from tests import factories


@pytest.fixture
def district(app: Any) -> None:
    demo.load(by="测试")


@pytest.mark.parametrize(("written", "found", "reason"), [
    ("X区发展和改革局", "X区发展和改革局", "全称"),
    ("区发展和改革局", "X区发展和改革局", "目录里的简写"),
    (" 区发展和改革局 ", "X区发展和改革局", "空白"),
    ("区人民政府", "X区人民政府", "本级政府"),
    ("市司法局", "X市司法局", "市级简写"),
    ("市公安局X区分局", "市公安局X区分局", "全称本来以市开头"),
    ("区档案局(区委办公室)", "X区档案局(区委办公室)", "括号是名称的一部分"),
    ("区档案局（区委办公室）", "X区档案局(区委办公室)", "全角括号"),
    ("区疾病预防控制局(区卫生健康局)", "X区疾病预防控制局", "括号里是加挂的牌子"),
    ("国家税务总局X区税务局", "国家税务总局X区税务局", "垂直领导"),
    ("区不存在局", None, "没有这个机关"),
    ("", None, "空"),
    ("()", None, "只有括号"),
])
def test_an_organ_is_found_as_officials_write_it(district: None, written: str, found: str | None,
                                                 reason: str) -> None:
    organ = queries.by_name(written)
    assert (organ.name if organ else None) == found, reason


@pytest.mark.parametrize(("on", "special", "reason"), [
    (date(2026, 7, 31), True, "停用前一日"),
    (date(2026, 8, 1), False, "停用日当日起不得使用"),
    (date(2019, 2, 28), False, "启用之前"),
    (date(2019, 3, 1), True, "启用日当日可用"),
])
def test_a_seal_is_usable_to_the_day_before_its_retirement(district: None, on: date, special: bool,
                                                           reason: str) -> None:
    organ = queries.by_name("区市场监督管理局")
    assert organ
    names = [seal.name for seal in queries.seals_on(organ, on)]
    assert ("X区市场监督管理局行政审批专用章" in names) == special, reason


def test_loading_the_demo_district_twice_changes_nothing(district: None) -> None:
    before = queries.search("", "").total
    assert demo.load(by="测试") == before
    assert queries.search("", "").total == before
    bureau = queries.by_code("11370199MB2F88011K")
    assert bureau and bureau.name == "X区行政审批服务局" and len(bureau.seals) == 2
    justice = queries.by_name("区司法局")
    assert justice and justice.office_of and justice.office_of.name == "X区人民政府"


def test_only_the_government_and_its_reconsideration_office_see_the_district(
        district: None) -> None:
    names = ("区人民政府", "区司法局", "区行政审批服务局", "市司法局", "市人民政府")
    seen = {name for name in names
            if (organ := queries.by_name(name)) and queries.sees_district(organ)}
    assert seen == {"区人民政府", "区司法局"}


@pytest.mark.parametrize(("entry", "message"), [
    (services.OrganEntry("", "other"), "机关名称没有填写"),
    (services.OrganEntry("某局", "unknown"), "不在名录内"),
    (services.OrganEntry("某局", "other", "11370199MB2F880119"), "第18位校验错，按前17位应为K"),
    (services.OrganEntry("某局", "other", "11370199MB2F88011K"), "已属于“X区行政审批服务局”"),
    (services.OrganEntry("某局", "other", None, "", date(2026, 1, 2), date(2026, 1, 2)),
     "撤销之日应晚于设立之日"),
])
def test_a_wrong_organ_is_refused_with_the_reason(district: None, entry: services.OrganEntry,
                                                  message: str) -> None:
    with pytest.raises(services.OrganRefused, match=message):
        services.enter(entry, by="测试")


def test_the_register_lists_filters_and_shows_seals(app: Any, district: None) -> None:
    client = factories.sign_in(app.test_client(),
                               factories.user(["reader"], queries.by_name("区司法局")))
    page = client.get("/organs/?q=市场监督&kind=district_department").get_data(as_text=True)
    assert "X区市场监督管理局" in page and "X市市场监督管理局" not in page
    organ = queries.by_name("区市场监督管理局")
    assert organ
    detail = client.get(f"/organs/{organ.id}").get_data(as_text=True)
    assert "2026年8月1日（当日起不得使用）" in detail and "11370199MB2F90154L" in detail
    assert client.get("/organs/999999").status_code == 404
    assert "没有符合条件的机关" in client.get("/organs/?q=%25").get_data(as_text=True)


def test_every_kind_has_an_organ_in_the_demo_district(district: None) -> None:
    used = {organ.kind for page in (1, 2) for organ in queries.search("", "", page).items}
    assert used == set(KINDS)
