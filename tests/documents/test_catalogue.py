"""The table of document types: what is in it, and that a wrong row is named at start."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from app.documents import catalogue
from app.documents.catalogue import FOLDER, CatalogueError, load, types
from app.documents.docx import text_of

WANTED = {
    "receipt", "correction_notice", "acceptance_notice", "deemed_acceptance_notice",
    "non_acceptance", "answer_notice", "procedure_notice", "rejection_decision",
    "suspension_notice", "resumption_notice", "extension_notice", "termination_decision",
    "review_report", "decision", "service_proof", "performance_order"}


def test_every_document_of_the_thin_line_is_there() -> None:
    assert set(types()) >= WANTED


@pytest.mark.parametrize(("code", "event", "why"), [
    ("correction_notice", "correction_served", "补正期限自收到补正通知之日起（法31第二款）"),
    ("answer_notice", "copy_served", "答复期限自收到副本之日起（法48）"),
    ("non_acceptance", "refusal_served", "起诉期限自收到决定书之日起（法34）"),
    ("decision", "decision_served", "送达即生效（法75第二款）"),
    ("rejection_decision", "rejection_served", "起诉期限自收到决定书之日起（法34）"),
    ("acceptance_notice", "", "没有以其送达起算的期限"),
])
def test_service_records_the_event_that_starts_the_clock(code: str, event: str, why: str) -> None:
    assert types()[code].served_event == event, why


@pytest.mark.parametrize(("code", "minimum", "why"), [
    ("decision", "G", "机关负责人同意或者集体讨论通过（法61第一款）"),
    ("review_report", "G", "同上"),
    ("extension_notice", "O", "行政复议机构的负责人批准（法62第一款）"),
    ("acceptance_notice", "", "法律没有规定层级"),
])
def test_the_legal_minimum_of_approval(code: str, minimum: str, why: str) -> None:
    assert types()[code].minimum == minimum, why


def test_decisions_carry_the_organs_seal_and_the_report_stays_inside() -> None:
    """法75第一款：决定书加盖行政复议机关印章；审理报告入副卷。"""
    for code in ("decision", "rejection_decision", "non_acceptance", "termination_decision"):
        assert types()[code].seal == "organ"
    report = types()["review_report"]
    assert (report.volume, report.audience, report.seal) == ("sub", ("internal",), "none")


def test_what_is_offered_follows_from_the_event() -> None:
    offered = {kind.code for kind in catalogue.offered_after("accept")}
    assert {"acceptance_notice", "answer_notice"} <= offered
    assert "deemed_acceptance_notice" not in offered


def test_the_procedure_and_the_catalogue_name_the_same_documents() -> None:
    table = tomllib.loads((FOLDER.parent / "legal_corpus/procedures/reconsideration.toml")
                          .read_text(encoding="utf-8"))
    for event in table["event"]:
        for code in event.get("documents", []):
            assert event["id"] in types()[code].after, (event["id"], code)


@pytest.mark.parametrize(("old", "new", "said", "why"), [
    ('seal = "office"', 'seal = "special"', "第1行（receipt）：seal", "值不在表里"),
    ('number = "收"', 'number = "收"\nnumber_kind = "x"', "不认识的列 number_kind", "写错列名"),
    ('title = "收件回执"\n', "", "缺少列 title", "漏列"),
    ("收件回执.docx", "没有.docx", "找不到模板“没有.docx”", "模板不在"),
    ('"submit_oral"', '"submit_orally"', "没有名为“submit_orally”的事件", "事件不在词表"),
    ('"query_code"]', '"query_cod"]', "没有定义字段“query_cod”", "字段名写错"),
    ('code = "correction_notice"', 'code = "receipt"', "code 重复", "重复"),
    ("《行政复议法》第八十七条\"", "行政复议法87\"", "应当写成“《行政复议法》第八十七条”",
     "引用写法"),
    ('approver = "O"\nminimum = "O"', 'approver = "H"\nminimum = "O"', "最低层级", "低于法定层级"),
    ("收件回执.docx", "../catalogue.toml", "找不到模板", "模板只能在本文件夹"),
    ('kind = "date"', 'kind = "day"', "kind 不能是“day”", "字段形式写错"),
    ('area = "review"', 'area = "court"', "area 不能是“court”", "没有这个领域"),
    ('area = "review"\nseries = "X司审"\nnumber = "补"',
     'area = "review"\nnumber = "补"', "编号须写 series", "有代字而没有字头"),
    ('number = "收"', 'number = "收"\nseries = "X政复"', "不写 series", "案件按案号编号"),
    ('area = "review"\nseries = "X司审"\nnumber = ""\nafter = []',
     'area = "review"\nseries = "X司审"\nnumber = ""\nafter = ["accept"]',
     "after 和 served 应当是空的", "没有案件就没有案件的事件"),
])
def test_a_wrong_row_stops_the_start_and_is_named(tmp_path: Path, old: str, new: str, said: str,
                                                  why: str) -> None:
    folder = tmp_path / "case_templates"
    shutil.copytree(FOLDER, folder)
    table = folder / "catalogue.toml"
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    assert said in str(caught.value), why


def test_citations_of_the_old_law_do_not_occur() -> None:
    """指南第8章第50项：旧法条号；2023年法的条号在模板里逐一写明。"""
    for kind in types().values():
        text = "".join(text_of(kind.template))
        assert "具体行政行为" not in text, kind.code  # the 1999 law's term
        assert "2017" not in text and "1999" not in text


def test_every_article_the_templates_name_is_declared() -> None:
    """What a template cites is what the law library checks."""
    import re

    number = "[一二三四五六七八九十百]+"
    for kind in types().values():
        text = "".join(text_of(kind.template))
        declared = {re.findall(f"第{number}条", cite)[0] for cite in kind.cites}
        named = set(re.findall(f"第{number}条", text))
        assert named <= declared, (kind.code, named - declared)
