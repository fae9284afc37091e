"""A handover from the draft to the ledger and back, over the demo district's registers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.approvals.models import ApprovalRecord
from app.audit.models import AuditEntry
from app.extensions import db
from app.licensing import changes, demo_handover
from app.licensing import queries as catalogue
from app.licensing.actions import Draft
from app.licensing.handover import (
    carrying,
    listing,
    opinions,
    papers,
    plans,
    queries,
    rehearsing,
    services,
)
from app.licensing.handover.models import Handover
from app.licensing.handover.services import HandoverChanged, HandoverRefused
from app.licensing.handover.world import scene
from app.organs import queries as organs
from app.rules.rehearsal.compare import COLUMNS
from app.standing import queries as standing
from app.standing.models import PowerLedger
from tests import factories
from tests.cases import conftest as prepared

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
ON, E = date(2026, 11, 24), date(2026, 12, 1)
BY = "shixiang"
app, district = prepared.app, prepared.district  # the demo district, loaded once and copied
DRAFT = "暂缓事项：X区自然资源和林业局"


@pytest.fixture(autouse=True)
def reviewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every item has its opinion, unless a test says otherwise."""
    monkeypatch.setattr(opinions, "of", lambda version, on: (True, "审查意见1号"))


def draft() -> Handover:
    found = db.session.scalar(select(Handover).where(Handover.title == DRAFT))
    assert found
    return found


def ready(rule: str = "T_FINISH") -> Handover:
    """The put-off items, filled in: announced 11-20, signed 11-30, so that E is the day after."""
    handover = draft()
    services.change(handover, {
        "announced_on": date(2026, 11, 20), "signed_on": date(2026, 11, 30), "witness": "区委编办",
        "in_flight": rule, "in_flight_doc": "X政发〔2026〕17号"}, seen=None, by=BY, at=AT)
    codes = [item.item_code for item in handover.items]
    if rule in ("T_FINISH", "BY_STAGE"):
        services.set_items(handover, codes, {"residual_until": date(2026, 12, 31)}, by=BY, at=AT)
    return handover


def filled(handover: Handover) -> Handover:
    for category in listing.categories():
        listing.enter(handover, category, {"nothing": "没有"}, by=BY, at=AT)
    return handover


def carried_out(handover: Handover) -> Handover:
    for step in ("announce", "sign", "carry_out"):
        carrying.take(handover, step, on=ON, by=BY, at=AT)
    return handover


def record(case_no: str, item: str, applied: date, accepted: date, decided: date,
           **more: Any) -> None:
    organ = organs.by_name("X区自然资源和林业局")
    assert organ
    data = {"特别程序": more.pop("steps", []), **more}
    db.session.add(ApprovalRecord(
        case_no=case_no, item_code=item, item_name="许可", applicant_name="甲", applicant_type="1",
        applicant_id_type="111", applicant_id_no="1", applied_on=applied, received_on=applied,
        accepted_on=accepted, decided_on=decided, outcome="准予", doc_no=case_no, doc_title="决定",
        organ_id=organ.id, organ_name=organ.name, organ_code="", signer_id=organ.id,
        signer_name=organ.name, data=data, content_hash="0" * 64, imported_at=AT))
    db.session.flush()


def in_flight() -> None:
    """Seven applications around the first of December, and one that is no longer in flight."""
    for n in range(7):
        record(f"件{n}", ("027", "028", "036")[n % 3], date(2026, 11, 20 + n),
               date(2026, 11, 23 + n), date(2026, 12, 2) + timedelta(days=6 * n))
    record("早", "027", date(2026, 10, 8), date(2026, 10, 9), date(2026, 11, 2))
    record("拒", "027", date(2026, 11, 20), date(2026, 12, 2), date(2026, 12, 2),
           受理结果="不予受理")


def test_the_demos_handovers_agree_with_its_ledger(app: Any) -> None:
    """P-02: every item has its own E; what the ledger has, the papers have."""
    handovers = list(db.session.scalars(select(Handover)))
    moves = {code: move for handover in handovers if handover.state == "effective"
             for code, move in plans.moves(handover).items()}
    rows = {row.item_code: row for row in db.session.scalars(
        select(PowerLedger).where(PowerLedger.mode == "相对集中"))}
    assert moves.keys() == rows.keys() and len(moves) == 130
    for code, move in moves.items():
        row = rows[code]
        assert (move.effective_on, move.residual_until, move.basis_doc) == (
            row.valid_from, row.residual_until, row.basis_doc), code
    gaps = {code for code, move in moves.items() if not move.in_flight}
    assert gaps == {"062", "092"}, "公告未写在途件规则的两项"
    put_off = [item.item_code for handover in handovers if handover.state == "draft"
               for item in handover.items]
    assert sorted(put_off) == ["027", "028", "036", "038", "101", "111"]
    assert draft().extension_doc == "X政字〔2026〕41号"
    assert demo_handover.load("测试", AT) == 0


def test_carrying_out_writes_the_ledger_and_keeps_what_was_known(app: Any) -> None:
    carried_out(filled(ready()))
    old, new = standing.rows("027")
    assert (old.organ, old.valid_to) == ("X区自然资源和林业局", E)
    assert (new.organ, new.mode, new.valid_from, new.in_flight, new.residual_until) == (
        "X区行政审批服务局", "相对集中", E, "T_FINISH", date(2026, 12, 31))
    assert new.basis_doc == "X政发〔2026〕17号"
    row = db.session.get(PowerLedger, new.id)
    assert row and (row.details["公布日"], row.details["交接签署日"]) == (
        "2026-11-20", "2026-11-30")
    assert [each.organ for each in standing.rows("027", known_on=date(2026, 11, 23))] == []
    kinds = list(db.session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)))
    assert kinds[-1] == "handover_carry_out"
    assert draft().state == "effective" and draft().items[0].effective_on == E


def test_where_the_government_decides_the_handling_alone_moves(app: Any) -> None:
    # 029: 法定决定机关为区人民政府. Its transfer is taken back and made again.
    before = next(h for h in queries.of_item("029") if h.state == "effective")
    carrying.take(before, "undo", on=ON, by=BY, at=LATER, reason="日期有误")
    assert [row.organ for row in standing.rows("029", "license_review")] == [
        "X区自然资源和林业局"]
    for item in list(before.items):
        if item.item_code != "029":
            before.items.remove(item)
    db.session.flush()
    carrying.take(before, "carry_out", on=ON, by=BY, at=LATER + timedelta(days=1))
    assert [row.organ for row in standing.rows("029", "license")] == ["X区人民政府"]
    assert [row.organ for row in standing.rows("029", "license_review")] == [
        "X区自然资源和林业局", "X区行政审批服务局"]


@pytest.mark.parametrize(("values", "words"), [
    ({"signed_on": date(2026, 12, 1)}, "HAND-03-signed"),
    ({"seal_enabled_on": date(2026, 12, 2)}, "HAND-03-seal"),
    ({"in_flight": ""}, "HAND-02"),
    ({"extension_doc": ""}, "HAND-05"),
])
def test_it_refuses_with_every_reason_at_once(app: Any, values: dict[str, Any],
                                              words: str) -> None:
    handover = ready()  # and the list is empty
    services.set_items(handover, ["027"], {"effective_on": E}, by=BY, at=AT)
    services.change(handover, values, seen=None, by=BY, at=AT)
    handover.state = "signed"
    before = db.session.scalar(select(func.count(PowerLedger.id)))
    with pytest.raises(HandoverRefused) as refusal:
        carrying.take(handover, "carry_out", on=ON, by=BY, at=AT)
    said = refusal.value.reasons
    assert any(text.startswith(words) for text in said), said
    assert any(text.startswith("HAND-01 ") and "缺制度文件" in text for text in said)
    assert db.session.scalar(select(func.count(PowerLedger.id))) == before, "台账没有变"


def test_nothing_is_published_without_a_valid_opinion(
        app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = ready()
    for answer, words in (((False, ""), "没有有效的合法性审查意见"), ((None, ""), "无法核对")):
        monkeypatch.setattr(opinions, "of", lambda version, on, said=answer: said)
        with pytest.raises(HandoverRefused, match=words):
            carrying.take(handover, "announce", on=ON, by=BY, at=AT)


def test_the_opinion_is_about_the_version_of_the_day_it_takes_effect_and_older_than_that_day(
        app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = filled(ready())
    for step in ("announce", "sign"):
        carrying.take(handover, step, on=ON, by=BY, at=AT)
    reviewed = {item.item_code: catalogue.version_on(item.item_code, ON).id  # type: ignore
                for item in handover.items}
    monkeypatch.setattr(opinions, "of", lambda version, on: (
        (True, "意见") if version and version.id == reviewed[version.code]
        and on >= date(2026, 11, 20) else (False, "没有对这一版本的意见")))
    assert carrying.reasons_against(handover, "carry_out", ON) == []
    changes.carry_out(Draft("CHANGE", date(2026, 11, 28), ("027",), basis_doc="X政发〔2026〕20号",
                            reason="改名", in_flight="受理时的标准", approved_by="区长",
                            content={"name": "另一名称的许可"}), by=BY, at=AT, today=ON)
    said = carrying.reasons_against(handover, "carry_out", ON)
    assert len(said) == 1 and "HAND-08" in said[0] and f"生效日{E}" in said[0], said
    services_item = next(item for item in handover.items if item.item_code == "028")
    services_item.effective_on = date(2026, 11, 10)  # before the opinion was signed
    assert any("HAND-08" in text and "生效日2026-11-10" in text and "028" in text
               for text in carrying.reasons_against(handover, "carry_out", ON))


def test_a_line_entered_while_another_changes_the_handover_is_told_and_not_kept(app: Any) -> None:
    handover = ready()
    db.session.commit()
    assert handover.version
    db.session.connection().exec_driver_sql("UPDATE handover SET version = version + 1")
    with pytest.raises(HandoverRefused, match="刚刚被他人修改"):
        listing.enter(handover, "ARCHIVES", {"nothing": "没有"}, by=BY, at=AT)


def test_undoing_corrects_the_ledger_with_a_reason(app: Any) -> None:
    handover = carried_out(filled(ready()))
    with pytest.raises(HandoverRefused, match="须写明理由"):
        carrying.take(handover, "undo", on=ON, by=BY, at=LATER)
    carrying.take(handover, "undo", on=ON, by=BY, at=LATER, reason="公布日写错")
    assert handover.state == "signed"
    (row,) = standing.rows("027")
    assert (row.organ, row.valid_to) == ("X区自然资源和林业局", None)
    known = standing.rows("027", known_on=date(2026, 11, 24))
    assert [each.organ for each in known] == ["X区自然资源和林业局", "X区行政审批服务局"]
    carrying.take(handover, "carry_out", on=ON, by=BY, at=LATER + timedelta(days=1))
    assert len(standing.rows("027")) == 2


@pytest.mark.parametrize("rule", ["T_FINISH", "A_TAKE_OVER", "BY_STAGE"])
def test_the_rehearsal_is_what_then_happens(app: Any, rule: str) -> None:
    """For every line and every column: what was rehearsed is what the ledger then says."""
    in_flight()
    handover = filled(ready(rule))
    rehearsed = rehearsing.run(rehearsing.Wanted(handover), ON)
    assert rehearsed.scene and not rehearsed.left_out
    assert rehearsed.counts["application"] == 7 and rehearsed.counts["differs"] >= 8
    moves = dict(rehearsed.moves)
    carried_out(handover)
    now = scene(moves, [E], ON)
    real = rehearsing.reality(now, moves, rehearsed.scene, ON)
    assert len(real) == len(rehearsed.lines) == 11
    for line in rehearsed.lines:
        assert line.after == real[line.kind, line.key], (line.key, [
            name for name in COLUMNS
            if getattr(line.after, name) != getattr(real[line.kind, line.key], name)])
    again = rehearsing.run(rehearsing.Wanted(handover), ON)
    assert not any(line.differs for line in again.lines), "办完之后再演练，没有变化"


def test_moving_the_day_of_what_is_done_shows_what_would_change(app: Any) -> None:
    """E later by a month: the bureau's decisions in between would have been premature."""
    found = rehearsing.run(rehearsing.Wanted(codes=("001", "131"),
                                             effective_on=date(2026, 9, 1)), ON)
    assert not found.left_out
    item = next(line for line in found.lines if line.key == "001")
    assert (item.cell("before", "decider"), item.cell("after", "decider")) == (
        "X区行政审批服务局", "X区发展和改革局")
    assert rehearsing.kept(found.lines, show="differs", text="001")
    heads, rows = rehearsing.table(found.lines)
    assert len(rows) == len(found.lines) and all(len(row) == len(heads) for row in rows)
    for line in found.lines:
        assert rehearsing.working(found, line.kind, line.key, ON)


def test_lines_are_imported_once_and_only_what_is_in_flight(app: Any) -> None:
    in_flight()
    handover = ready()
    assert listing.import_applications(handover, on=ON, by=BY, at=AT) == 7
    assert listing.import_applications(handover, on=ON, by=BY, at=AT) == 0
    first = next(entry for entry in handover.entries if entry.data["case_no"] == "件0")
    assert first.data["accepted_on"] == "2026-11-23" and first.data["due_on"] == "2026-12-21"
    assert first.data["used_days"] == 5 and first.data["stage"] == "已受理未决"
    assert listing.import_disputes(handover, on=ON, by=BY, at=AT) == 0
    assert not listing.incomplete(handover)
    rehearsed = rehearsing.run(rehearsing.Wanted(handover), ON)
    assert rehearsed.counts["application"] == 7, "记录和清单里的同一件只算一次"


def test_deductions_and_extensions_come_with_the_record(app: Any) -> None:
    step = {"种类名称": "专家评审", "开始时间": "2026-11-25", "结束时间": "2026-11-27",
            "告知书文号": "告1"}
    record("件9", "027", date(2026, 11, 20), date(2026, 11, 23), date(2026, 12, 30), steps=[
        step, step | {"种类名称": "现场勘查"}, step | {"告知书文号": ""},
        step | {"是否扣除期限": "否"}, step | {"种类名称": "延长审批"}])
    found = rehearsing.run(rehearsing.Wanted(ready()), ON).scene
    assert found
    (one,) = found.applications
    assert one.extended == 10
    assert one.pauses == ((date(2026, 11, 25), date(2026, 11, 28)),), "只有八类且书面告知的"


def test_items_are_refused_with_reasons_and_days_lock_after_signing(app: Any) -> None:
    handover = draft()
    with pytest.raises(HandoverRefused) as refusal:
        services.add_items(handover, ["999", "137", "101"], on=ON, by=BY, at=AT)
    assert len(refusal.value.reasons) == 3
    assert "已在移交" in refusal.value.reasons[2]
    assert services.codes_in("027 101-103、027") == ["027", "101", "102", "103"]
    for text in ("27", "abc", "103-101", "0271"):
        with pytest.raises(HandoverRefused, match="不是事项编号"):
            services.codes_in(text)
    with pytest.raises(HandoverChanged) as lost:
        services.change(handover, {"note": "我的"}, seen=handover.version - 1, by=BY, at=AT)
    assert lost.value.now["note"].startswith("暂缓交接")
    seen = handover.version
    assert services.set_items(handover, ["027"], {"effective_on": E}, by=BY, at=AT, seen=seen) == 1
    with pytest.raises(HandoverRefused, match="已被他人修改"):
        services.set_items(handover, ["027"], {"note": "晚了"}, by=BY, at=AT, seen=seen)
    handover.state = "signed"
    with pytest.raises(HandoverRefused, match="不能再改"):
        services.change(handover, {"announced_on": ON}, seen=None, by=BY, at=AT)
    services.change(handover, {"note": "可以补"}, seen=None, by=BY, at=AT)


def test_who_bears_what_keeps_court_and_office_apart(app: Any) -> None:
    """X4: the party outside and the liability inside are two fields."""
    stage = plans.stages(ready().items[0])
    assert [each.title for each in stage] == ["交接前", "过渡期", "交接后"]
    assert stage[0].inward == "X区自然资源和林业局"
    assert "需人工判断" in stage[0].outward and "《行政复议法》第十九条第四款" in stage[0].outward
    assert plans.seals_to_retire(draft())[0][:2] == (
        "X区自然资源和林业局行政审批专用章", date(2027, 1, 1))


def test_where_the_government_decides_only_receipt_and_review_move(app: Any) -> None:
    """SUBJ-03: the announcement says who goes on deciding, and the three stages do."""
    handover = next(each for each in db.session.scalars(select(Handover))
                    if "009" in [item.item_code for item in each.items])
    keeps = papers.still_deciding(handover, ON)
    assert keeps["009"] == "X区人民政府" and "010" not in keeps
    item = next(item for item in handover.items if item.item_code == "009")
    for stage in plans.stages(item, keeps["009"]):
        assert stage.decides == "X区人民政府" and stage.outward.startswith("X区人民政府")
        assert "受理、审核" in stage.inward
    names = [row["name"] for row in papers.data_of(
        handover, "handover_announcement", ON)["moved_items"]]
    assert any("仍由X区人民政府决定" in name for name in names)


def test_pages_through_a_whole_handover(app: Any) -> None:
    in_flight()
    bureau = organs.by_name("X区行政审批服务局")
    user = factories.user(["item_manager"], bureau)
    client = factories.sign_in(app.test_client(), user)
    page = client.get("/handovers/").get_data(as_text=True)
    assert "第3批：X区自然资源和林业局" in page and "演练" in page
    number = draft().id
    url = f"/handovers/{number}"
    assert "HAND-02 在途件规则已选定" in client.get(url).get_data(as_text=True)
    form = client.get(f"{url}/edit")
    assert form.status_code == 200
    handover = ready()
    values = {name: getattr(handover, name) or "" for name in (*services.DATES, *services.TEXTS)}
    values |= {"from_organ": handover.from_organ_id, "to_organ": handover.to_organ_id,
               "seen": handover.version, "batch": "第4批"}
    db.session.commit()
    assert client.post(f"{url}/edit", data=values).status_code == 302
    late = client.post(f"{url}/edit", data=values | {"note": "我写的"})
    assert late.status_code == 422 and "已被他人修改" in late.get_data(as_text=True)
    assert "我写的" in late.get_data(as_text=True)
    assert client.post(f"{url}/import", data={"what": "applications"}).status_code == 302
    bad = client.post(f"{url}/list/CERT_STOCK", data={
        "f_name": "证", "f_first_no": "A1", "f_last_no": "A9", "f_quantity": "8", "f_void": "0"})
    assert bad.status_code == 422 and "库存不平" in bad.get_data(as_text=True)
    for category in listing.categories():
        if category != "IN_FLIGHT":
            assert client.post(f"{url}/list/{category}",
                               data={"nothing": "没有"}).status_code == 302
    entry = next(e for e in queries.get(user, number).entries)  # type: ignore[union-attr]
    assert client.get(f"{url}/entries/{entry.id}").status_code == 200
    assert client.post(f"{url}/receive", data={
        "entries": [str(entry.id)], "handed_on": "2026-11-30", "received_by": "乙"}
    ).status_code == 302
    for path in ("/list", "/list?download=1", "/responsibility", "/announcement", "/deed"):
        assert client.get(url + path).status_code == 200, path
    rehearsal = client.get(f"/handovers/rehearsal?handover={number}&show=differs")
    text = rehearsal.get_data(as_text=True)
    assert "件1" in text and "需人工判断" in text and "法定到期日" not in text, "只列不同的栏"
    text = client.get(f"/handovers/rehearsal?handover={number}&show=").get_data(as_text=True)
    assert "法定到期日" in text
    assert client.get("/handovers/?q=民政局&state=effective&sort=signed").status_code == 200
    line = client.get(f"/handovers/rehearsal/line?handover={number}&line_kind=application&line=件1")
    assert "怎样算出来的" in line.get_data(as_text=True)
    assert client.get("/handovers/rehearsal?codes=027&effective_on=x").status_code == 200
    for step in ("announce", "sign", "carry_out"):
        answer = client.post(f"{url}/step", data={"step": step})
        assert answer.status_code == 302, answer.get_data(as_text=True)
    assert "已生效" in client.get(url).get_data(as_text=True)
    for code in ("handover_announcement", "handover_deed"):
        draft_paper = client.get(f"{url}/papers/{code}")
        assert draft_paper.status_code == 200 and draft_paper.data.startswith(b"PK")
        for _ in range(2):  # the second withdraws the first
            assert client.post(f"{url}/papers/{code}").status_code == 302
    made = queries.get(user, number)
    assert made and sorted(each.status for each in papers.issued(made)) == [
        "issued", "issued", "void", "void"]
    one = papers.issued(made)[0]
    assert client.get(f"{url}/documents/{one.id}").data.startswith(b"PK")


def test_another_organs_handover_does_not_exist(app: Any) -> None:
    user = factories.user(["supervisor"], organs.by_name("X区民政局"))
    client = factories.sign_in(app.test_client(), user)
    assert client.get(f"/handovers/{draft().id}").status_code == 404
    page = client.get("/handovers/").get_data(as_text=True)
    assert "第1批：X区民政局" in page and "财政局" not in page
    assert client.post("/handovers/1/step", data={"step": "void"}).status_code == 403
