"""Import of approval records: right ones are taken, wrong ones come back with code and place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.approvals import demo, queries, services
from app.approvals.models import ApprovalRecord
from app.approvals.timeline import timeline
from app.audit.services import verify
from app.extensions import db
from app.licensing import demo as licensing_demo
from app.organs import demo as organs_demo
from app.organs import queries as organs
from app.standing import demo as standing_demo
from tests import factories

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
SAMPLE: dict[str, Any] = json.loads((demo.DEMO / "approval-records.json").read_text("utf-8"))
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def district(app: Any) -> None:
    organs_demo.load(by="测试")
    licensing_demo.load(by="测试", at=AT)


def package(*cases: dict[str, Any]) -> bytes:
    return json.dumps({"format": "xk-record/1", "cases": list(cases)}, ensure_ascii=False).encode()


def first(change: Change | None = None) -> dict[str, Any]:
    case: dict[str, Any] = copy.deepcopy(SAMPLE["cases"][0])
    if change:
        change(case)
    return case


def take(*cases: dict[str, Any]) -> services.ImportReport:
    return services.import_package(package(*cases), "a.json", by="测试", at=AT)


def test_the_sample_is_taken_whole_and_again_skipped(district: None) -> None:
    report = demo.load(by="测试", at=AT)
    assert (report.total, report.importable, report.refused) == (24, 24, 0)
    assert [error for error in report.errors if error.level == "拒收"] == []
    again = demo.load(by="测试", at=AT)
    assert (again.importable, again.skipped, again.refused) == (0, 24, 0)
    record = queries.record("370199202607150008")
    assert record and (record.outcome, record.item_code, record.doc_no) == (
        "不予", "131", "X审批许字〔2026〕0008号")
    assert record.remedy["复议机关"] == "X区人民政府"
    assert record.organ and record.organ.name == record.signer_name == "X区行政审批服务局"
    assert record.data == next(case for case in SAMPLE["cases"]
                               if case["办件编号"] == "370199202607150008"), "整件按原样存档"
    assert verify()[1] == []


def put(name: str, value: Any) -> Change:
    return lambda case: case.__setitem__(name, value)


def put_result(name: str, value: Any) -> Change:
    return lambda case: case["结果"].__setitem__(name, value)


def drop(name: str) -> Change:
    return lambda case: case.pop(name)


ERRORS = [
    (drop("申请时间"), "XK-E01", "申请时间", "cases[0]", "必填缺失"),
    (put("事项名称", "  "), "XK-E01", "事项名称", "cases[0]", "只有空白"),
    (put_result("XK_NR", None), "XK-E01", "XK_NR", "cases[0].结果", "准予时必填"),
    (put_result("XK_FRDB", ""), "XK-E01", "XK_FRDB", "cases[0].结果", "法人必填法定代表人"),
    (put("法定时限单位", None), "XK-E01", "法定时限单位", "cases[0]", "有值则必填单位"),
    (lambda case: case["环节"][1].pop("处理人"), "XK-E01", "处理人", "cases[0].环节[1]", "子表行"),
    (put_result("XK_JDRQ", "2026-02-30"), "XK-E02", "XK_JDRQ", "cases[0].结果", "没有这一天"),
    (put("法定时限值", "二十"), "XK-E02", "法定时限值", "cases[0]", "不是整数"),
    (lambda case: case["材料与收费"].append({"收费项目": "工本费", "收费金额": "-1"}), "XK-E02",
     "收费金额", "cases[0].材料与收费[3]", "负金额"),
    (put("办件类型代码", "3"), "XK-E03", "办件类型代码", "cases[0]", "不在枚举"),
    (put_result("XK_XKJGDM", "11370199MB2F880119"), "XK-E04", "XK_XKJGDM", "cases[0].结果",
     "代码校验位"),
    (put("证件号码", "91370199MAE020089M"), "XK-E04", "证件号码", "cases[0]", "按证件类型校验"),
    (put_result("XK_XKJGDM", "00000000000000000X"), "XK-E05", "XK_XKJGDM", "cases[0].结果",
     "占位码"),
    (put("受理时间", "2026-06-09"), "XK-E06", "受理时间", "cases[0]", "受理早于收件"),
    (put_result("送达时间", "2026-06-17"), "XK-E06", "送达时间", "cases[0].结果", "送达早于办结"),
    (lambda case: case["环节"][0].__setitem__("结束时间", "2026-06-01"), "XK-E06", "结束时间",
     "cases[0].环节[0]", "环节结束早于开始"),
    (put_result("XK_FR_ZJHM", "370199197510093588"), "XK-E09", "XK_FR_ZJHM", "cases[0].结果",
     "身份证第18位"),
    (put("事项编号", 131), "XK-E10", "事项编号", "cases[0]", "编号写成数字"),
    (put("事项编号", "7"), "XK-E10", "事项编号", "cases[0]", "丢前导零"),
    (put("实施编码", "3.70199E+17"), "XK-E10", "实施编码", "cases[0]", "科学计数"),
    (put("环节", "无"), "XK-E11", "—", "cases[0].环节", "子表不是数组"),
    (put("申请者名称", "长" * 101), "XK-E13", "申请者名称", "cases[0]", "超长"),
    (put_result("XK_YXQZI", "2026-06-17"), "XK-E15", "XK_YXQZI", "cases[0].结果", "有效期倒置"),
]


@pytest.mark.parametrize(("change", "code", "field", "where", "reason"), ERRORS,
                         ids=[row[-1] for row in ERRORS])
def test_a_wrong_record_is_refused_with_code_and_place(
        district: None, *, change: Change, code: str, field: str, where: str,
        reason: str) -> None:
    good = copy.deepcopy(SAMPLE["cases"][1])
    report = take(first(change), good)
    refused = [(error.code, error.field, error.where) for error in report.errors
               if error.level == "拒收"]
    assert (code, field, where) in refused, reason
    assert {each[0] for each in refused} == {code}, f"{reason}：只报这一种错"
    assert (report.importable, report.refused) == (1, 1)
    assert queries.record(good["办件编号"]) and not queries.record(first()["办件编号"])


WARNINGS = [
    (put("星座", "白羊"), "XK-E12", "不认识的列原样存档"),
    (put("事项编号", "777"), "XK-E14", "事项不在目录"),
    (put("事项名称", "食品许可"), "XK-E14", "名称与目录不符"),
    (put("申请渠道", "托梦"), "XK-E03", "扩展字段的枚举只警告"),
    (put_result("XK_LYDWDM", "00000000000000000X"), "XK-E05", "来源单位的占位码只警告"),
    (put_result("XK_JDRQ", "2026-06-17"), "XK-E06", "决定日期与办结日期不同"),
]


@pytest.mark.parametrize(("change", "code", "reason"), WARNINGS, ids=[row[-1] for row in WARNINGS])
def test_what_is_only_odd_is_taken_with_a_warning(district: None, change: Change, code: str,
                                                  reason: str) -> None:
    report = take(first(change))
    assert [(error.level, error.code) for error in report.errors] == [("警告", code)], reason
    assert report.importable == 1
    record = queries.record(first()["办件编号"])
    assert record and record.data == first(change)


def test_the_same_content_in_another_form_is_the_same(district: None) -> None:
    take(first())
    report = take(first(lambda case: (case.__setitem__("补正", None), case.__setitem__(
        "受理凭证日期", "20260610"), case.__setitem__("是否联办", "0"))))
    assert (report.skipped, report.importable, report.refused) == (1, 0, 0)


def test_other_content_under_the_same_number_is_refused(district: None) -> None:
    take(first())
    report = take(first(put_result("XK_NR", "改过的内容")))
    assert [(error.code, error.level) for error in report.errors] == [("XK-E07", "拒收")]
    record = queries.record(first()["办件编号"])
    assert record and record.data["结果"]["XK_NR"] == first()["结果"]["XK_NR"]


def test_a_number_twice_in_one_file_is_refused_both_times(district: None) -> None:
    report = take(first(), first(put_result("XK_NR", "另一份")))
    assert [error.code for error in report.errors] == ["XK-E07", "XK-E07"]
    assert (report.importable, report.refused) == (0, 2)


@pytest.mark.parametrize(("data", "words", "reason"), [
    (b"PK\x03\x04...", "目前支持 JSON", "xlsx 或者 zip"),
    (b'{"format": "xk-record/1", "cases": [', "第1行", "截断"),
    (b'{"format": "xk-record/2", "cases": []}', "xk-record/1", "另一版本"),
    (b'{"format": "xk-record/1", "cases": {}}', "数组", "不是数组"),
    (b"[]", "format", "顶层不是对象"),
    (b"", "不是完整的 JSON", "空文件"),
    ("{}".encode("utf-16"), "UTF-8", "编码"),
    (b"[" * 100_000, "层次过深", "层次过深"),
    (b'{"format": "xk-record/1", "cases": [' + b"9" * 5000 + b"]}", "数字过长", "巨大的数"),
    (b'{"format": "xk-record/1", "cases": [{"a": "\\u0000"}]}', "空字符", "NUL"),
    (b'{"format": "xk-record/1", "cases": [{"a": "\\ud800"}]}', "代理字符", "半个代理字符"),
])
def test_a_file_that_cannot_be_read_writes_nothing(district: None, data: bytes, words: str,
                                                   reason: str) -> None:
    report = services.import_package(data, "a.json", by="测试", at=AT)
    assert [(error.level, error.code) for error in report.errors] == [("文件级", "XK-E11")], reason
    assert words in report.errors[0].message
    assert db.session.scalar(select(func.count()).select_from(ApprovalRecord)) == 0


@pytest.mark.parametrize("case", [None, 7, "办件", [], {}, {"办件编号": 5, "结果": 3, "环节": {}}])
def test_a_record_that_is_no_record_is_listed(district: None, case: Any) -> None:
    report = take(case)
    assert report.refused == 1 and report.errors


def test_identity_numbers_are_masked_in_the_error_list(district: None) -> None:
    report = take(first(put_result("XK_FR_ZJHM", "370199197510093588")))
    shown = report.as_dict()["errors"][0]
    assert shown["原值"] == "370199********3588"
    assert shown["行号"] == "cases[0].结果" and shown["建议"]


def test_records_are_found_by_number_applicant_item_and_case_number(district: None) -> None:
    demo.load(by="测试", at=AT)

    def found(text: str) -> list[str]:
        return [record.case_no[-4:] for record in queries.search_records(text).items]

    assert found("0008号") == ["0008"]
    assert found("霁朔原餐饮") == ["0008", "0018"]
    assert found("食品经营 霁朔原") == ["0008", "0018"]
    assert found("370199202606100001") == ["0001"]
    assert found("91370199MAE020089L") == ["0001"]
    assert found("138") == ["0014"], "事项编号须全同，办件编号里含138的除外"
    assert found("%") == []


def test_each_organ_sees_what_is_its_own(app: Any, district: None) -> None:
    demo.load(by="测试", at=AT)
    standing_demo.load(by="测试", at=AT)
    expected = {"区司法局": 24, "区人民政府": 24, "区行政审批服务局": 21, "区市场监督管理局": 1,
                "区气象局": 1, "区民政局": 0}
    for name, count in expected.items():
        viewer = factories.user(["answerer"], organs.by_name(name))
        assert queries.search_records(user=viewer).total == count, name
        client = factories.sign_in(app.test_client(), viewer)
        page = client.get("/records/370199202606100001")
        assert page.status_code == (200 if count > 1 else 404), name
    refused = factories.user(["reader"], organs.by_name("区司法局"))
    assert factories.sign_in(app.test_client(), refused).get("/records/").status_code == 403


def test_pages_show_the_record_with_its_law_and_power_of_the_day(app: Any, district: None) -> None:
    demo.load(by="测试", at=AT)
    standing_demo.load(by="测试", at=AT)
    viewer = factories.user(["handler"], organs.by_name("区司法局"))
    client = factories.sign_in(app.test_client(), viewer)
    page = client.get("/records/?q=餐饮&outcome=不予").get_data(as_text=True)
    assert "X审批许字〔2026〕0008号" in page and "0001号" not in page
    detail = client.get("/records/370199202606150013").get_data(as_text=True)
    assert "署名机关“X区卫生健康局”与台账记载的持有人不一致" in detail
    assert "on=2026-06-23" in detail, "依据链接到决定之日"
    natural = client.get("/records/370199202607110003").get_data(as_text=True)
    assert "370199********6196" in natural and "370199199205146196" not in natural
    assert client.get("/records/不存在").status_code == 404


def test_the_timeline_puts_the_decision_before_the_closing_of_its_day() -> None:
    steps = [step.what for step in timeline(SAMPLE["cases"][0])]
    assert steps[:3] == ["申请", "收件", "受理"]
    decided = steps.index("决定：准予")
    assert steps[decided - 1:decided + 2] == ["环节：决定", "决定：准予", "办结"]
    assert steps[-1] == "送达（直接）"


def test_the_command_prints_json_alone_and_writes_only_when_asked(
        app: Any, district: None, runner: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(package(first(), first(put("办件编号", "X-2")), {"办件编号": "坏"}))
    looked = runner.invoke(args=["records", "import", str(path), "--dry-run", "--json"])
    assert looked.exit_code == 0
    assert json.loads(looked.stdout)["summary"] == {
        "办件总数": 3, "可导入": 2, "拒收": 1, "相同跳过": 0, "警告": 0}
    assert queries.record("X-2") is None
    assert runner.invoke(args=["records", "import", str(path), "--json"]).exit_code == 0
    assert queries.record("X-2")
    path.write_bytes(b"PK")
    assert runner.invoke(args=["records", "import", str(path), "--json"]).exit_code == 1


def test_a_record_of_an_organ_outside_the_register_is_taken(district: None) -> None:
    def change(case: dict[str, Any]) -> None:
        case["结果"] |= {"XK_XKJG": "Y区某局", "XK_XKJGDM": "11999999MB0A001060"}
        for name in ("决定署名机关", "决定署名机关代码"):
            case["结果"].pop(name)

    assert take(first(change)).importable == 1
    record = queries.record(first()["办件编号"])
    assert record and record.organ_id is None and record.signer_name == "Y区某局"
    assert record.decided_on == date(2026, 6, 18)
