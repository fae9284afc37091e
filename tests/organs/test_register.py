"""The register on screen: particulars with their days, records, seals, what became of an organ."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from PIL import Image

from app.extensions import db, hooks
from app.organs import changes, queries, records, seals, services
from app.organs.models import Organ, OrganRecord
from app.rules.identity import uscc_fault
from app.standing import facts
from tests import factories

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)


@pytest.fixture
def keeper(app: Any) -> Any:
    return factories.sign_in(app.test_client(), factories.user(["register_keeper"]))


@pytest.fixture
def bureau(app: Any) -> Organ:
    return factories.organ("测试区审批局", valid_from=date(2026, 5, 6))


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(("code", "says", "reason"), [
    ("91350100M000100Y43", "", "标准文本示例"),
    ("91350100M000100Y4Z", "第18位为“Z”，代码不使用I、O、S、V、Z，按前17位应为3", "禁用字符"),
    ("11999999MB0A0019XH", "第18位校验错，按前17位应为G", "第18位错"),
    ("11999999MB0A00191R", "第17位应为X", "第18位自洽而第17位错"),
    ("11999999MB0A001060", "", "余数0，末位0"),
    ("11999999MB0A00296Y", "", "余数1，末位Y"),
    ("11999999MB0A0019XG", "", "第17位为X"),
    ("11999999MB0A0019XI", "第18位为“I”，代码不使用I、O、S、V、Z，按前17位应为G", "禁用字符"),
])
def test_a_code_is_checked_by_both_digits_and_the_fault_names_the_place(code: str, says: str,
                                                                        reason: str) -> None:
    fault = uscc_fault(code)
    assert (says in fault.message if fault else not says), reason


def test_a_wrong_code_is_refused_on_screen_and_keeps_what_was_typed(keeper: Any) -> None:
    typed = {"name": "测试区新局", "kind": "district_department", "code": "11999999MB0A00191R",
             "parent_id": "", "superior_id": "", "address": "某路1号", "phone": "",
             "valid_from": "2026-01-05"}
    page = keeper.post("/organs/new", data=typed)
    text = page.get_data(as_text=True)
    assert page.status_code == 422 and "按第9—16位第17位应为X" in text and "某路1号" in text
    assert keeper.post("/organs/new", data=typed | {"code": "11999999MB0A0019XG"}
                       ).status_code == 302
    assert queries.by_code("11999999MB0A0019XG")
    again = keeper.post("/organs/new", data=typed | {"code": ""})
    assert "已经登记" in again.get_data(as_text=True)


def test_an_organ_is_seen_with_the_words_of_the_day(keeper: Any, bureau: Organ) -> None:
    page = keeper.get(f"/organs/{bureau.id}/edit")
    seen = page.get_data(as_text=True).partition('name="seen"')[2].partition('value="')[2][0]
    typed = {"name": "测试区审批局", "kind": "district_department", "code": "", "parent_id": "",
             "superior_id": "", "address": "新址", "phone": "", "valid_from": "2026-10-01",
             "reason": "搬迁公告", "seen": seen}
    assert keeper.post(f"/organs/{bureau.id}/edit", data=typed).status_code == 302
    organ = queries.by_id(bureau.id)
    assert organ
    assert changes.particulars_on(organ, date(2026, 9, 30))["address"] == ""
    assert changes.particulars_on(organ, date(2026, 10, 1))["address"] == "新址"
    assert "新址" not in keeper.get(f"/organs/{organ.id}?on=2026-09-30").get_data(as_text=True)
    lost = keeper.post(f"/organs/{organ.id}/edit", data=typed | {"address": "又一址"})
    text = lost.get_data(as_text=True)
    assert lost.status_code == 422 and "已被他人修改" in text and "又一址" in text
    early = {**{key: getattr(organ, key) for key in changes.PARTICULARS}, "address": "旧"}
    with pytest.raises(services.OrganRefused, match="在将来"):
        changes.change(organ, early, on=date(2026, 12, 1), reason="r", by="x", at=AT,
                       today=date(2026, 11, 24))
    with pytest.raises(services.OrganRefused, match="不能早于该日"):
        changes.change(organ, early, on=date(2026, 9, 1), reason="r", by="x", at=AT,
                       today=date(2026, 11, 24))


@pytest.mark.parametrize(("entry", "message", "reason"), [
    (records.Entry("legal_rep", "甲", date(2026, 5, 6), "任〔2026〕1号"), "职务没有填写", "缺项"),
    (records.Entry("legal_rep", "甲", date(2026, 5, 6), "", data={"post": "局长"}),
     "任免文号没有填写", "没有文号"),
    (records.Entry("officer", "乙", date(2026, 5, 6), "A1"), "截止日", "证件要有期限"),
    (records.Entry("officer", "乙", date(2026, 5, 6), "A1", date(2026, 5, 6)), "应晚于", "倒期"),
    (records.Entry("delegation", "委托书", date(2026, 5, 6), "委〔2026〕1号", data={
        "direction": "out", "other": "某中心", "other_is_organ": "no"}),
     "不得委托其他组织", "法24"),
    (records.Entry("nothing", "甲", date(2026, 5, 6), "x"), "没有名为", "没有这一种"),
])
def test_a_record_that_cannot_be_is_refused(bureau: Organ, entry: records.Entry, message: str,
                                            reason: str) -> None:
    with pytest.raises(services.OrganRefused, match=message):
        records.add(bureau, entry, by="x", at=AT)


def test_of_a_single_kind_the_latest_counts_and_an_error_stays_readable(bureau: Organ) -> None:
    def head(name: str, since: date) -> OrganRecord:
        return records.add(bureau, records.Entry("legal_rep", name, since, "任〔2026〕1号",
                                                 data={"post": "局长"}), by="x", at=AT)
    head("甲", date(2026, 5, 6))
    wrong = head("乙", date(2026, 9, 1))
    on = date(2026, 10, 1)
    assert records.one(bureau, "legal_rep", on).title == "乙"  # type: ignore[union-attr]
    right = records.correct(wrong, records.Entry(
        "legal_rep", "丙", date(2026, 9, 2), "任〔2026〕2号", data={"post": "局长"}),
        reason="姓名录错", by="x", at=AT)
    assert records.one(bureau, "legal_rep", on) is right
    assert records.one(bureau, "legal_rep", date(2026, 9, 1)).title == "甲"  # type: ignore[union-attr]
    assert [row.title for row in records.of(bureau, "legal_rep", voided=True)] == ["丙", "乙", "甲"]
    with pytest.raises(services.OrganRefused, match="已经作废"):
        records.void(wrong, reason="再来", by="x", at=AT)
    with pytest.raises(services.OrganRefused, match="理由"):
        records.void(right, reason=" ", by="x", at=AT)


def test_a_holders_change_asks_for_a_new_look_at_the_opinions(
        bureau: Organ, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    fire = hooks.fire
    answers = {"organ_powers": [[{"item": "009"}, {"item": "003"}, {"item": "009"}]]}
    monkeypatch.setattr(hooks, "fire", lambda name, **facts: (
        told.append(facts) or [] if name == "review_trigger"
        else answers[name] if name in answers else fire(name, **facts)))
    seal = seals.enable(bureau, "审批专用章", date(2026, 5, 8), notice="公告1号", by="x", at=AT)
    seals.retire(seal, date(2026, 9, 1), notice="公告2号", by="x", at=AT)
    records.add(bureau, records.Entry("sanding", "三定", date(2026, 5, 6), "办〔2026〕3号",
                                      data={"duties": ["审批"]}), by="x", at=AT)
    records.add(bureau, records.Entry("officer", "乙", date(2026, 5, 6), "A1", date(2029, 5, 6)),
                by="x", at=AT)
    assert [(f["code"], f["codes"]) for f in told] == [("ORG_CHANGE", ["003", "009"])] * 3
    assert told[1]["happened_on"] == date(2026, 9, 1)


def test_a_seal_is_enabled_retired_and_archived_in_that_order(bureau: Organ) -> None:
    seal = seals.enable(bureau, "专用章", date(2026, 5, 8), notice="公告1号", by="x", at=AT)
    with pytest.raises(services.OrganRefused, match="先登记旧印章停用"):
        seals.enable(bureau, "专用章", date(2026, 6, 8), notice="公告2号", by="x", at=AT)
    with pytest.raises(services.OrganRefused, match="请先登记停用"):
        seals.archive(seal, date(2026, 6, 1), by="x", at=AT)
    with pytest.raises(services.OrganRefused, match="公告文号"):
        seals.retire(seal, date(2026, 9, 1), notice=" ", by="x", at=AT)
    seals.retire(seal, date(2026, 9, 1), notice="公告3号", by="x", at=AT)
    assert queries.seals_on(bureau, date(2026, 8, 31)) == [seal]
    assert queries.seals_on(bureau, date(2026, 9, 1)) == []
    seals.archive(seal, date(2026, 9, 2), by="x", at=AT)
    assert seals.enable(bureau, "专用章", date(2026, 9, 1), notice="公告4号", by="x", at=AT)


@pytest.mark.parametrize(("content", "name", "says", "reason"), [
    (picture(), "印模.png", "", "PNG"),
    (picture("JPEG"), "印模.jpg", "", "JPEG"),
    (picture("GIF"), "印模.png", "不是 PNG 或者 JPEG 图片", "别的格式改了名"),
    (picture()[:60], "印模.png", "已损坏或者不完整", "截断"),
    (b"%PDF-1.7", "印模.png", "不是 PNG 或者 JPEG 图片", "PDF"),
    (picture(size=(5000, 5000)), "印模.png", "像素过多", "小文件里的巨图"),
    (b"", "印模.png", "是空文件", "空"),
])
def test_a_seals_picture_is_looked_at_before_it_is_kept(  # noqa: PLR0917
        keeper: Any, bureau: Organ, content: bytes, name: str, says: str, reason: str) -> None:
    answer = keeper.post(f"/organs/{bureau.id}/seals/new", data={
        "name": "公章", "valid_from": "2026-05-08", "notice": "公告1号",
        "image": (io.BytesIO(content), name)})
    organ = queries.by_id(bureau.id)
    assert organ
    if says:
        assert answer.status_code == 422 and says in answer.get_data(as_text=True), reason
        assert organ.seals == []
    else:
        shown = keeper.get(f"/organs/{organ.id}/seals/{organ.seals[0].id}/image")
        assert shown.data == content and shown.mimetype.startswith("image/"), reason


def test_a_record_with_its_proof_is_entered_corrected_and_downloaded(keeper: Any,
                                                                     bureau: Organ) -> None:
    base = f"/organs/{bureau.id}/records"
    typed = {"title": "三定规定", "doc_no": "X区办〔2026〕15号", "valid_from": "2026-05-06",
             "d_duties": "集中审批\n监督", "d_quota": "38"}
    refused = keeper.post(f"{base}/sanding/new", data=typed | {
        "file": (io.BytesIO(b"not a pdf"), "三定.pdf")})
    assert refused.status_code == 422 and "不是 PDF 文件" in refused.get_data(as_text=True)
    assert keeper.post(f"{base}/sanding/new", data=typed | {
        "file": (io.BytesIO(factories.pdf("三定规定")), "三定.pdf")}).status_code == 302
    row = db.session.query(OrganRecord).one()
    assert row.data == {"duties": ["集中审批", "监督"], "quota": 38}
    assert keeper.get(f"{base}/{row.id}/file").data.startswith(b"%PDF")
    fixed = keeper.post(f"{base}/{row.id}/correct", data=typed | {"d_quota": "40",
                                                                  "reason": "编制数录错"})
    assert fixed.status_code == 302
    new = records.one(bureau, "sanding", date(2026, 11, 24))
    assert new and new.data["quota"] == 40 and new.file_name == "三定.pdf"
    page = keeper.get(f"/organs/{bureau.id}/history").get_data(as_text=True)
    assert "编制数录错" in page and "已作废" in page
    assert keeper.get(f"{base}/nothing/new").status_code == 404
    assert keeper.get(f"/organs/{bureau.id}/records/{new.id + 99}/file").status_code == 404


@pytest.mark.parametrize(("kind", "to", "message", "reason"), [
    ("renamed", False, "请选择承继机关", "更名要有新名"),
    ("took_over", True, "承接哪些职责", "承接要写明职责"),
    ("nothing", True, "变动的种类", "没有这一种"),
])
def test_a_change_of_the_organ_itself_is_checked(bureau: Organ, kind: str, to: bool,
                                                 message: str, reason: str) -> None:
    other = factories.organ("测试区承继局")
    with pytest.raises(services.OrganRefused, match=message):
        changes.link(bureau, kind, date(2026, 10, 1), to=other if to else None, scope="",
                     basis_doc="X府〔2026〕1号", by="x", at=AT)


def test_a_renamed_organ_ends_and_its_successor_takes_the_code(app: Any) -> None:
    old = factories.organ("测试区旧名局", code="11999999MB0A0019XG")
    new = factories.organ("测试区新名局", valid_from=date(2026, 10, 1))
    with pytest.raises(services.OrganRefused, match="更名的，先登记更名"):
        services.check(services.OrganEntry(new.name, new.kind, old.code), but=new.id)
    changes.link(old, "renamed", date(2026, 10, 1), to=new, scope="", basis_doc="X编〔2026〕9号",
                 by="x", at=AT)
    assert not queries.exists_on(old, date(2026, 10, 1))
    assert facts.organ_facts(old).successor == new.name  # what the tables on parties read
    assert changes.successor(old) is new and changes.successor(old, date(2026, 9, 30)) is None
    services.check(services.OrganEntry(new.name, new.kind, old.code), but=new.id)
    with pytest.raises(services.OrganRefused, match="撤销"):
        changes.link(old, "merged", date(2026, 11, 1), to=new, scope="", basis_doc="x", by="x",
                     at=AT)


def test_certificates_that_end_soon_are_listed_first_and_exported(keeper: Any,
                                                                  bureau: Organ) -> None:
    for name, number, end in (("甲", "A1", date(2029, 1, 1)), ("乙", "A2", date(2027, 1, 1)),
                              ("丙", "A3", date(2026, 11, 24))):
        records.add(bureau, records.Entry("officer", name, date(2024, 1, 1), number, end),
                    by="x", at=AT)
    with pytest.raises(services.OrganRefused, match="已登记给"):
        records.add(bureau, records.Entry("officer", "丁", date(2024, 1, 1), "A1",
                                          date(2029, 1, 1)), by="x", at=AT)
    on = date(2026, 11, 24)
    assert [r.title for r in records.officers(on).items] == ["丙", "乙", "甲"]
    assert [r.title for r in records.officers(on, state="soon").items] == ["乙"]
    assert [r.title for r in records.officers(on, state="ended").items] == ["丙"]
    page = keeper.get("/organs/officers?state=soon").get_data(as_text=True)
    assert "剩 38 日" in page and "已过期</span>" not in page
    assert keeper.get("/organs/officers.xlsx").data[:2] == b"PK"
    assert "乙" in keeper.get("/").get_data(as_text=True)
    assert keeper.get("/organs/export.xlsx?q=审批").data[:2] == b"PK"
    assert "不是日期" in keeper.get("/organs/?on=x").get_data(as_text=True)


def test_who_does_not_keep_the_register_changes_nothing(app: Any, bureau: Organ) -> None:
    reader = factories.sign_in(app.test_client(), factories.user(["reader"]))
    for path in ("new", f"{bureau.id}/edit", f"{bureau.id}/link", f"{bureau.id}/seals/new",
                 f"{bureau.id}/records/sanding/new"):
        assert reader.get(f"/organs/{path}").status_code == 403
    assert "登记启用" not in reader.get(f"/organs/{bureau.id}").get_data(as_text=True)
