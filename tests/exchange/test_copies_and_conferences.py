"""Copied documents, the joint conference, and the pages of all of exchange."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.documents.docx import text_of
from app.exchange import conferences, copies, pushes, queries
from app.exchange.conferences import ConferenceRefused, MeetingEntry
from app.exchange.copies import CopyEntry, CopyRefused
from app.extensions import db
from tests import factories
from tests.exchange.conftest import AT, Place

ISSUED = date(2026, 11, 16)


def entry(place: Place, **changes: Any) -> CopyEntry:
    return CopyEntry(**{"issuing": place.market, "to": place.bureau, "doc_no": "X市监发〔2026〕8号",
                        "title": "关于食品经营许可的通知", "issued_on": ISSUED, "copied_on": ISSUED,
                        "item_codes": ("131",), **changes})


@pytest.mark.parametrize(("copied", "late", "why"), [
    (ISSUED, 0, "at the same time"), (date(2026, 11, 20), 4, "four days later"),
    (date(2026, 11, 15), 0, "before"),
])
def test_a_late_copy_is_flagged_not_refused(place: Place, copied: date, late: int,
                                            why: str) -> None:
    row = copies.register(entry(place, copied_on=copied), by=place.supervisor, at=AT)
    assert copies.lag(row) == late, why
    assert queries.copies(place.sender, state="late").total == bool(late)


@pytest.mark.parametrize(("changes", "words"), [
    ({"issuing": None}, "本机关发出或者收到"), ({"to": None}, "相同"),
    ({"kind": "电话"}, "种类"), ({"copied_on": date(2026, 12, 1)}, "晚于今天"),
    ({"item_codes": ("131", "999")}, "999"),
])
def test_a_wrong_copy_is_refused(place: Place, changes: dict[str, Any], words: str) -> None:
    if changes.get("issuing", 0) is None:
        changes = {"issuing": place.other}
    elif changes.get("to", 0) is None:
        changes = {"to": place.market}
    with pytest.raises(CopyRefused, match=words):
        copies.register(entry(place, **changes), by=place.supervisor, at=AT)


def test_a_copy_is_registered_once_and_received_by_who_got_it(place: Place) -> None:
    row = copies.register(entry(place), by=place.supervisor, at=AT)
    with pytest.raises(CopyRefused, match="已经登记过"):
        copies.register(entry(place), by=place.sender, at=AT)
    with pytest.raises(CopyRefused, match="收文的机关"):
        copies.receive(row, note="", by=place.supervisor, at=AT)
    copies.receive(row, note="据此调整材料清单", by=place.sender, at=AT)
    assert (row.received_on, row.note) == (AT.date(), "据此调整材料清单")
    assert queries.copy(row.id, place.stranger) is None


def test_a_resolution_is_followed_until_it_is_done(place: Place) -> None:
    meeting = conferences.save(MeetingEntry("第三次联席会议", ISSUED), by=place.sender, at=AT)
    row = conferences.resolve(meeting, "开放监管系统端口", place.market, date(2026, 11, 20),
                              by=place.sender, at=AT)
    assert conferences.state_of(row, AT.date()) == ("已过 4 日", "bad")
    assert queries.open_resolutions(place.market) == [row]
    for outcome, done, words in (("", None, "落实情况"), ("已办", date(2026, 11, 1), "完成日期"),
                                 ("已办", date(2026, 12, 1), "完成日期")):
        with pytest.raises(ConferenceRefused, match=words):
            conferences.follow_up(row, outcome, done, by=place.supervisor, at=AT)
    conferences.follow_up(row, "端口已开放", AT.date(), by=place.supervisor, at=AT)
    assert conferences.state_of(row, AT.date())[1] == "good"
    assert queries.open_resolutions(None) == []
    with pytest.raises(ConferenceRefused, match="早于"):
        conferences.resolve(meeting, "甲", None, date(2026, 11, 1), by=place.sender, at=AT)


def test_the_slower_of_two_keepers_sees_the_others_change(place: Place) -> None:
    meeting = conferences.save(MeetingEntry("联席会议", ISSUED), by=place.sender, at=AT)
    seen = meeting.version
    conferences.save(MeetingEntry("联席会议（改）", ISSUED), by=place.sender, at=AT,
                     meeting=meeting, expected=seen)
    with pytest.raises(ConferenceRefused, match="他人已经修改"):
        conferences.save(MeetingEntry("我的", ISSUED), by=place.sender, at=AT, meeting=meeting,
                         expected=seen)


def test_from_the_record_to_the_receipt_on_the_pages(app: Flask, client: Any, place: Place) -> None:
    place.record("A-1")
    place.record("A-2", item_code="001")
    factories.sign_in(client, place.sender)
    assert "A-1" in client.get("/exchange/records").text
    said = client.post("/exchange/records", data={"records": ["A-1", "A-2", "别处的"]},
                       follow_redirects=True).text
    assert "已推送 1 件" in said and "没有登记监管部门" in said
    again = client.post("/exchange/records", data={"records": ["A-1"]}, follow_redirects=True).text
    assert "已推送 0 件" in again, "nobody pushes the same record twice"
    shown = client.get("/exchange/new?direction=approval&record=A-2").text
    assert "请先在“监管分工”登记" in shown
    push = queries.search(queries.Wanted(), place.sender, AT.date()).items[0]
    page = client.get(f"/exchange/{push.id}").text
    assert "都不影响许可的效力" in page and "级 B，不是法定时限" in page and "待签收" in page

    factories.sign_in(client, place.stranger)
    assert client.get(f"/exchange/{push.id}").status_code == 404
    factories.sign_in(client, place.supervisor)
    assert "甲餐饮" in client.get("/").text, "the home page names what waits"
    version = push.version
    assert client.post(f"/exchange/{push.id}/receive", data={"seen": version}).status_code == 302
    late = client.post(f"/exchange/{push.id}/handle", data={
        "seen": version, "on": "2026-11-24", "note": "我写的处置"})
    assert late.status_code == 422 and "已有新的处理" in late.text and "我写的处置" in late.text
    seen = re.search(r'name="seen" value="(\d+)"', late.text)
    assert seen
    client.post(f"/exchange/{push.id}/handle", data={"seen": seen[1], "on": "2026-11-24",
                                                     "note": "已纳入名单"})
    assert "已纳入名单" in client.get(f"/exchange/{push.id}/slip").text
    slip = "".join(text_of(client.get(f"/exchange/{push.id}/slip.docx").data))
    assert "已纳入名单" in slip and push.content_hash in slip
    answer = client.get(f"/exchange/new?direction=enforcement&answer={push.id}").text
    assert 'value="甲餐饮管理有限公司"' in answer
    bad = client.post("/exchange/new?direction=enforcement", data={
        "kind": "处罚", "item_code": "131", "to_organ_id": str(place.bureau.id), "subject": "甲",
        "happened_on": "2026-02-30", "c_0": "超范围"})
    assert bad.status_code == 422 and "没有 2026-02-30 这一天" in bad.text and "超范围" in bad.text
    assert client.get("/exchange/pushes.xlsx?state=handled").data[:2] == b"PK"


def test_copies_and_conferences_on_the_pages(app: Flask, client: Any, place: Place) -> None:
    factories.sign_in(client, place.supervisor)
    done = client.post("/exchange/copies/new", data={
        "kind": "文件", "issuing_organ_id": str(place.market.id),
        "to_organ_id": str(place.bureau.id), "doc_no": "X市监发〔2026〕8号", "title": "通知",
        "issued_on": "2026-11-16", "copied_on": "2026-11-20", "item_codes": "131"},
        follow_redirects=True)
    assert "迟于下发 4 日" in done.text and "食品经营许可" in done.text
    row = queries.copies(place.sender).items[0]
    factories.sign_in(client, place.sender)
    got = client.post(f"/exchange/copies/{row.id}/receive", data={"note": "知悉"})
    assert got.status_code == 302
    assert client.get(f"/exchange/copies/{row.id}/file").status_code == 404
    assert "知悉" in "".join(text_of(client.get(f"/exchange/copies/{row.id}/slip.docx").data))
    assert client.get("/exchange/copies.xlsx").data[:2] == b"PK"

    keeper = factories.user(["register_keeper"])
    factories.sign_in(client, keeper)
    made = client.post("/exchange/conferences/new", data={
        "title": "联席会议", "held_on": "2026-11-18", "attendees": "甲局\n乙局"})
    address = made.headers["Location"]
    client.post(f"{address}/resolutions", data={
        "content": "开放端口", "organ_id": str(place.market.id), "due_on": "2026-12-01"})
    assert "开放端口" in client.get(f"{address}/minutes").text
    assert client.post(f"{address}/resolutions", data={"content": ""}).status_code == 422
    factories.sign_in(client, place.supervisor)
    follow = re.search(r'href="([^"]+/resolutions/\d+)"', client.get(address).text)
    assert follow and client.post(follow[1], data={"outcome": "已开放", "done_on": "2026-11-24"}
                                  ).status_code == 302
    factories.sign_in(client, place.stranger)
    assert client.get(follow[1]).status_code == 404
    assert "已开放" in client.get(address).text
    assert client.get("/exchange/conferences.xlsx").data[:2] == b"PK"


def test_nothing_of_a_push_is_recorded_when_a_day_passes(app: Flask, place: Place) -> None:
    push = pushes.send(place.message(), by=place.sender, at=AT, default_days=2)
    db.session.commit()
    before = push.version
    app.test_cli_runner().invoke(args=["tick", "--now", "2026-12-15T08:00:00+08:00"])
    db.session.expire_all()
    assert push.version == before


def test_a_record_offers_its_push(app: Flask, client: Any, place: Place) -> None:
    place.record("A-1")
    factories.sign_in(client, factories.user(["answerer", "item_manager"], place.bureau))
    page = client.get("/records/A-1").text
    assert "/exchange/new?record=A-1" in page
    made = client.post("/exchange/new?record=A-1", data={
        "kind": "准予", "item_code": "131", "record_no": "A-1", "subject": "甲餐饮管理有限公司",
        "to_organ_id": str(place.market.id), "happened_on": "2026-11-20", "c_1": "食品经营许可"})
    assert f'href="{made.headers["Location"]}"' in client.get("/records/A-1").text
