"""What can be done to the catalogue (领域指南 A.9): conditions, versions, lineage, taking back.

The demo district with its ledger; changes are dated after its last transfer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.extensions import db, hooks
from app.licensing import changes, demo, queries, services, undo, versions
from app.licensing.actions import ACTIONS, OFFERED, Draft, Part
from app.licensing.change_checks import CHECKS
from app.licensing.models import ACTIONS as LABELS
from app.licensing.models import CatalogChange, ItemSupervision, ItemVersion
from app.licensing.review import queries as review
from app.licensing.review.models import ReviewTask
from app.organs import demo as organs_demo
from app.organs import queries as organs
from app.standing import demo as standing_demo
from app.standing import queries as standing
from tests import factories

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TODAY, ON = date(2026, 11, 24), date(2026, 12, 1)
NEW = {"name": "新设许可", "original_department": "区水利局", "mode": "划转",
       "bases": ["《水法》第七条"], "basis_in_force": "是", "supervising_department": "区水利局"}


@pytest.fixture
def district(app: Any) -> None:
    organs_demo.load(by="测试")
    standing_demo.load(by="测试", at=AT)
    demo.load(by="测试", at=AT)
    db.session.commit()


def draft(action: str, *codes: str, **more: Any) -> Draft:
    said: dict[str, Any] = {"basis_doc": "X政发〔2026〕30号", "reason": "测试", "in_flight": "无",
                            "approved_by": "区长", "superior": "省清单〔2026〕5号"}
    return Draft(action, more.pop("on", ON), codes, **(said | more))


def do(made: Draft) -> CatalogChange:
    return changes.carry_out(made, by="测试", at=AT, today=TODAY)


def reasons(made: Draft, result: str = "fail") -> str:
    found = changes.preview(made, today=TODAY)
    return "\n".join(one.reason for one in found.findings if one.result == result)


def opinion(version: ItemVersion, conclusion: str = "LEGAL") -> ReviewTask:
    user = factories.user(["item_manager"])
    task = ReviewTask(number=f"审{version.id}", item_id=version.item_id, item_version_id=version.id,
                      round=1, as_of=TODAY, state="SIGNED", conclusion=conclusion,
                      signed_on=TODAY, created_by_id=user.id, created_at=AT)
    db.session.add(task)
    db.session.flush()
    return task


def test_the_table_is_whole() -> None:
    assert set(OFFERED) == set(ACTIONS) and set(ACTIONS) <= set(LABELS)
    assert all(ACTIONS[name].label == LABELS[name] for name in ACTIONS)
    used = {check for row in ACTIONS.values() for check in row.checks}
    assert used == set(CHECKS), "every check is used and every name is a check"


def test_a_new_item_waits_for_its_opinion(district: None) -> None:
    proposal = do(draft("PROPOSE", parts=(Part("601", "新设许可"),), content=NEW))
    assert proposal.number < 0 and queries.version_number(ON) == 1
    assert queries.version_on("601", ON) is None and queries.version_for_review("601", ON)
    assert "没有对这一目录版本的合法性审查意见" in reasons(draft("ADD", "601"))
    waiting = queries.proposed("601")
    assert waiting is not None
    opinion(waiting, "ILLEGAL")
    assert "不得列入目录" in reasons(draft("ADD", "601"))
    db.session.query(ReviewTask).update({"conclusion": "LEGAL"})
    change = do(draft("ADD", "601"))
    assert change.number == 2 and queries.proposed("601") is None
    version = queries.version_on("601", ON)
    assert version and version.id == waiting.id, "the reviewed version itself enters"
    assert undo.refusals(change, today=TODAY) == []
    versions.take_back(change, "测试", by="测试", at=AT)
    assert queries.version_on("601", ON) is None and queries.proposed("601")


def propose(code: str = "601", superior: str = "省清单", **content: Any) -> Draft:
    return draft("PROPOSE", parts=(Part(code, "甲"),), content=NEW | {"name": "甲"} | content,
                 superior=superior)


REFUSED = [
    (propose("001"), "已经用过", "code"),
    (propose(superior=""), "上位清单", "no list"),
    (propose(bases=[]), "都要填写", "basis"),
    (propose(original_department="市公安局X区分局"), "公安分局", "not to be transferred"),
    (draft("ADD", "601"), "没有编号为601的拟新增事项", "nothing proposed"),
    (draft("CANCEL", "001", basis_doc=""), "请写明决定", "no decision"),
    (draft("CANCEL", "001", in_flight=""), "取消生效前已受理", "in flight"),
    (draft("CANCEL", "999"), "没有事项999", "not in the catalogue"),
    (draft("CANCEL", "001", on=date(2019, 3, 1)), "生效日应在其后", "first day"),
    (draft("CHANGE", "001"), "没有变更", "the same"),
    (draft("CHANGE", "137", content={"mode": "划转"}), "公安分局", "contradiction"),
    (draft("CHANGE", "001", content={"promised_limit": "40个工作日"}), "第四十二条", "too long"),
    (draft("SPLIT", "001", parts=(Part("601", "甲"),)), "须填写2至20个", "one is no split"),
    (draft("SPLIT", "001", parts=(Part("601", "甲"), Part("601", "乙"))), "写了两次", "twice"),
    (draft("SPLIT", "001", parts=(Part("601", "甲"), Part("602", "甲"))), "名称相同", "names"),
    (draft("MERGE", "001", "137", parts=(Part("601", "甲"),), content={"name": "甲"}),
     "办理方式不同", "modes"),
    (draft("MERGE", "001", "040", parts=(Part("601", "甲"),), content={"name": "甲"}),
     "监管部门", "supervision lost"),
    (draft("TRANSFER_OUT", "137"), "只有划转的事项", "not transferred"),
    (draft("TRANSFER_OUT", "001"), "请选择承接的机关", "no organ"),
    (draft("TRANSFER_OUT", "001", rule="RE_APPLY"), "没有选定", "in flight rule"),
    (draft("TRANSFER_OUT", "001", rule="T_FINISH"), "办结的最后一日", "no last day"),
    (draft("SUSPEND", "001", until=ON), "须有期限", "no end"),
    (draft("SUSPEND", "001", until=date(2027, 1, 1), approved_by=""), "批准暂停", "approved"),
    (draft("RESUME", "001"), "当日没有暂停", "not suspended"),
]


def test_each_condition_refuses_with_its_reason(district: None) -> None:
    silent = [(made.action, why, reasons(made)) for made, words, why in REFUSED
              if words not in reasons(made)]
    assert not silent
    for made, _, _ in REFUSED:
        with pytest.raises(versions.CatalogueRefused):
            do(made)
    assert db.session.query(CatalogChange).count() == 1, "nothing was written"


def test_cancelling_keeps_the_past_and_no_other_name_brings_it_back(district: None) -> None:
    heard: list[dict[str, Any]] = []
    hooks.on("review_trigger", lambda **facts: heard.append(facts))
    change = do(draft("CANCEL", "001"))
    assert queries.version_on("001", date(2026, 11, 30)) and not queries.version_on("001", ON)
    assert (heard[-1]["codes"], heard[-1]["code"]) == (["001"], "CATALOG_CHANGED") or (
        heard[-1]["codes"] == ("001",))
    old = queries.item("001")
    assert old is not None
    name = old.versions[-1].name
    same = draft("PROPOSE", parts=(Part("601", name),), content=NEW | {"name": name})
    assert "不得继续实施" in reasons(same)
    near = draft("PROPOSE", parts=(Part("601", "乙"),),
                 content=NEW | {"name": "乙", "bases": old.versions[-1].bases})
    assert "换名实施" in reasons(near, "unclear") and not reasons(near)
    again = services.import_items([{"编号": "001", "事项名称": name, "原主管部门": "区发展和改革局",
                                    "办理方式": "划转", "设定依据": "《甲法》第一条"}],
                                  valid_from=date(2027, 1, 1), by="测试", at=AT)
    assert "取消，编号不再使用" in again.faults[0].message
    versions.take_back(change, "决定被撤回", by="测试", at=AT)
    assert queries.version_on("001", ON) and change.undone_by == "测试"


def test_a_split_gives_new_codes_and_leaves_the_old_one_to_its_cases(district: None) -> None:
    change = do(draft("SPLIT", "001", parts=(Part("601", "甲项"), Part("602", "乙项"))))
    assert [queries.version_on(code, on) is not None for code, on in (
        ("001", date(2026, 11, 30)), ("001", ON), ("601", ON), ("602", ON),
        ("601", date(2026, 11, 30)))] == [True, False, True, True, False]
    come, become = queries.lineage("001")
    assert not come and [row.to_code for row in become] == ["601", "602"]
    before, after = (standing.holder(code, "license", ON) for code in ("001", "602"))
    assert before and after and (before.organ, after.valid_from) == (after.organ, ON)
    assert "台账" in undo.refusals(change, today=TODAY)[0]


def test_a_merge_keeps_every_supervising_department(district: None) -> None:
    one, two = (queries.version_on(code, ON) for code in ("001", "002"))
    assert one and two and one.supervising_department == two.supervising_department
    for version, organ in ((one, "区发展和改革局"), (two, "区水利局")):
        found = organs.by_name(organ)
        assert found is not None
        db.session.add(ItemSupervision(item_id=version.item_id, organ_id=found.id, bases=[],
                                       push_fields=[], valid_from=date(2026, 9, 1),
                                       entered_at=AT, entered_by="测试"))
    db.session.flush()
    change = do(draft("MERGE", "001", "002", parts=(Part("603", "合项"),),
                      content={"name": "合项"}))
    merged = queries.version_on("603", ON)
    assert merged and set(one.bases) | set(two.bases) == set(merged.bases)
    kept = db.session.query(ItemSupervision).filter_by(item_id=merged.item_id).count()
    assert kept == 2 and change.facts["ended"] == ["001", "002"]
    assert [row.from_code for row in queries.lineage("603")[0]] == ["001", "002"]


def test_transferring_out_moves_the_ledger_with_a_written_rule(district: None) -> None:
    before = standing.holder("001", "license", TODAY)
    organ = organs.by_name("区发展和改革局")
    assert before and organ and before.organ != organ.name
    made = draft("TRANSFER_OUT", "001", organ=organ, rule="T_FINISH", memo="备忘录",
                 residual_until=date(2027, 1, 31), in_flight="当日未办结的由审批局办结")
    assert "还没有登记" in reasons(made, "unclear")
    change = do(made)
    after = standing.holder("001", "license", ON)
    assert after and (after.organ, after.in_flight) == (organ.name, "T_FINISH")
    still = standing.holder("001", "license", date(2026, 11, 30))
    assert still and still.organ == before.organ
    version = queries.version_on("001", ON)
    assert version and (version.mode, version.retained_reason) == (
        "暂不划转", "NOT_YET_TRANSFERRED")
    assert "职权台账" in undo.refusals(change, today=TODAY)[0]


def test_a_suspension_ends_by_itself_or_earlier_and_can_be_taken_back(district: None) -> None:
    change = do(draft("SUSPEND", "001", until=date(2027, 3, 1)))
    state = [(queries.version_on("001", on) or version).suspended
             for version in queries.catalogue(TODAY)[:1]
             for on in (date(2026, 11, 30), ON, date(2027, 2, 28), date(2027, 3, 1))]
    assert state == [False, True, True, False]
    assert "已经暂停" in reasons(draft("SUSPEND", "001", on=date(2026, 12, 5),
                                   until=date(2027, 5, 1)))
    resumed = do(draft("RESUME", "001", on=date(2027, 1, 10)))
    version = queries.version_on("001", date(2027, 1, 10))
    assert version and not version.suspended
    first = queries.version_on("001", TODAY)
    assert first and review.opinion_of(version, ON) is None
    task = opinion(first)
    assert {review.valid_opinion(one, date(2027, 1, 10)) for one in first.item.versions} == {task}
    db.session.delete(task)
    assert "请先撤销那一次" in undo.refusals(change, today=TODAY)[0]
    for each in (resumed, change):
        assert undo.refusals(each, today=TODAY) == []
        versions.take_back(each, "测试", by="测试", at=AT)
    item = queries.item("001")
    assert item and [(v.valid_from, v.valid_to) for v in item.versions] == [(demo.BEFORE, None)]


def test_a_change_after_the_opinion_leaves_the_new_version_without_one(district: None) -> None:
    first = queries.version_on("001", TODAY)
    assert first
    opinion(first)
    do(draft("CHANGE", "001", content={"note": "新备注"}))
    do(draft("SUSPEND", "001", on=date(2026, 12, 5), until=date(2027, 3, 1)))
    for on in (ON, date(2026, 12, 5), date(2027, 3, 1)):
        version = queries.version_on("001", on)
        assert version and review.valid_opinion(version, on) is None, on


def test_what_something_builds_on_is_not_taken_back(district: None) -> None:
    change = do(draft("CHANGE", "001", content={"note": "新备注"}))
    assert change.facts["differences"]["001"][0][0] == "备注"
    version = queries.version_on("001", ON)
    assert version is not None
    task = opinion(version)
    assert f"合法性审查{task.number}" in undo.refusals(change, today=TODAY)[0]
    first = db.session.query(CatalogChange).filter_by(number=1).one()
    assert any("第2版（变更" in why for why in undo.refusals(first, today=TODAY))


def test_an_import_is_taken_back_to_what_was_there_before(district: None) -> None:
    row = {"编号": "701", "事项名称": "一次性许可", "原主管部门": "区水利局", "办理方式": "划转",
           "设定依据": "《水法》第七条"}
    old = queries.version_on("002", TODAY)
    assert old is not None
    changed = row | {"编号": "002", "事项名称": "改名", "原主管部门": old.original_department}
    change = services.import_items([row, changed], valid_from=ON, by="测试", at=AT).change
    assert change and undo.refusals(change, today=TODAY) == []
    versions.take_back(change, "选错了文件", by="测试", at=AT)
    assert queries.version_on("701", ON) is None
    now = queries.version_on("002", ON)
    assert now and now.name == old.name and now.valid_to is None
    assert [one["code"] for one in change.facts["removed"]] == ["701", "002"]
    later = services.import_items([row], valid_from=ON, by="测试", at=AT)
    assert later.added == 1 and later.change and later.change.number == 3


def test_the_number_of_applications_in_flight_is_shown(district: None) -> None:
    def flights(codes: list[str], **_more: Any) -> list[dict[str, Any]]:
        return [{"case_no": "办1", "item_code": code, "applied_on": TODAY} for code in codes]
    receivers = list(hooks._receivers["applications_in_flight"])
    hooks.on("applications_in_flight", flights)
    try:
        assert "有1件" in reasons(draft("CANCEL", "001"))
        assert not reasons(draft("CANCEL", "001", in_flight="告知申请人不再需要许可"))
    finally:
        hooks._receivers["applications_in_flight"] = receivers


def test_a_late_entry_says_so(district: None) -> None:
    made = draft("CHANGE", "001", on=date(2026, 10, 1), content={"note": "新"})
    assert "补录" in reasons(made, "unclear")
    assert "补录" not in reasons(replace(made, on=ON), "unclear")
