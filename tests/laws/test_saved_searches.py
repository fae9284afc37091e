"""Saved searches: kept by name, run, renamed, deleted and taken back; each account its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import User
from app.extensions import db
from app.laws import saved
from app.laws.models import SavedSearch
from tests import factories

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ASKED = {"q": "听证 且 罚款", "rank": "法律、行政法规", "on": "2026-03-02"}


@pytest.fixture
def person(app: Flask) -> User:
    return factories.user(["reader"])


@pytest.fixture
def reader(client: Any, person: User) -> Any:
    return factories.sign_in(client, person)


def kept(person: User, name: str = "听证和罚款", **asked: str) -> SavedSearch:
    made = saved.save(person.id, name, asked or ASKED, at=AT)
    db.session.commit()
    return made


def page(reader: Any) -> str:
    return str(reader.get("/laws/saved").get_data(as_text=True))


def test_a_search_is_saved_shown_and_run_again(reader: Any, person: User) -> None:
    answer = reader.post("/laws/saved", data={"name": "  听证和罚款 ", "page": "3", **ASKED})
    assert answer.status_code == 302 and "page" not in answer.location
    [one] = saved.of(person.id)
    assert one.name == "听证和罚款" and one.asked == ASKED
    html = reader.get("/laws/").get_data(as_text=True)
    assert "听证和罚款</a>" in html and "on=2026-03-02" in html
    again = reader.get("/laws/", query_string=one.asked).get_data(as_text=True)
    assert 'value="听证 且 罚款"' in again and 'value="行政法规" checked' in again


REFUSED = [
    ({"name": "", "q": "听证"}, "请给检索起个名称", "no name"),
    ({"name": " \t", "q": "听证"}, "请给检索起个名称", "a blank name"),
    ({"name": "长" * 61, "q": "听证"}, "至多 60 个字", "a long name"),
    ({"name": "空的", "rank": "法律"}, "没有可保存的检索", "no query"),
    ({"name": "已有", "q": "听证"}, "已有名为“已有”的检索", "a name that is taken"),
]


@pytest.mark.parametrize(("data", "words", "why"), REFUSED)
def test_what_cannot_be_saved_is_said_and_stays_typed(
        reader: Any, person: User, data: dict[str, str], words: str, why: str) -> None:
    kept(person, "已有")
    answer = reader.post("/laws/saved", data=data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400 and words in html, why
    if data.get("q"):
        assert 'name="q" value="听证"' in html
    assert len(saved.of(person.id)) == 1


def test_a_search_is_renamed(reader: Any, person: User) -> None:
    one, other = kept(person), kept(person, "另一个")
    assert reader.post(f"/laws/saved/{one.id}", data={"name": "新名"}).status_code == 302
    assert "新名" in page(reader)
    answer = reader.post(f"/laws/saved/{one.id}", data={"name": "另一个"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400 and "已有名为" in html and 'value="另一个"' in html
    assert db.session.get(SavedSearch, one.id).name == "新名"  # type: ignore[union-attr]
    assert reader.post(f"/laws/saved/{other.id}", data={"name": "另一个"}).status_code == 302


def test_a_search_is_deleted_and_taken_back(reader: Any, person: User) -> None:
    one = kept(person)
    answer = reader.post(f"/laws/saved/{one.id}/delete")
    assert answer.status_code == 302 and not saved.of(person.id)
    html = reader.get(answer.location).get_data(as_text=True)
    assert "已删除“听证和罚款”" in html and "恢复" in html
    reader.post("/laws/saved", data={"name": "听证和罚款", **ASKED})
    assert [s.asked for s in saved.of(person.id)] == [ASKED]


def test_nobody_sees_or_touches_anothers_searches(reader: Any, person: User) -> None:
    foreign = kept(factories.user(["reader"]), "别人的")
    assert "别人的" not in page(reader)
    assert "别人的" not in reader.get("/laws/").get_data(as_text=True)
    for path in (f"/laws/saved/{foreign.id}", f"/laws/saved/{foreign.id}/delete",
                 "/laws/saved/999999999999", "/laws/saved/987654321/delete"):
        assert reader.post(path, data={"name": "我的"}).status_code == 404, path
    assert db.session.get(SavedSearch, foreign.id).name == "别人的"  # type: ignore[union-attr]
    reader.post("/laws/saved", data={"name": "别人的", "q": "听证"})
    assert len(saved.of(person.id)) == 1, "two people may use the same name"


def test_there_is_a_limit(reader: Any, person: User) -> None:
    db.session.add_all([SavedSearch(account_id=person.id, name=f"第{n}个", asked={"q": "听证"},
                                    created_at=AT) for n in range(saved.MOST)])
    db.session.commit()
    with pytest.raises(saved.SavedFault, match="先删去"):
        saved.save(person.id, "再一个", {"q": "听证"}, at=AT)


def test_two_windows_that_save_the_same_name_get_one_search(
        app: Flask, person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(person)
    monkeypatch.setattr(saved, "_free", lambda *_: None)  # both looked before either wrote
    with pytest.raises(saved.SavedFault, match="已有名为"):
        saved.save(person.id, "听证和罚款", ASKED, at=AT)
    db.session.rollback()
    assert len(saved.of(person.id)) == 1


def test_hostile_values_are_kept_as_text(reader: Any, person: User) -> None:
    reader.post("/laws/saved", data={"name": "<script>x</script>", "q": "\"'><b>", "evil": "1"})
    [one] = saved.of(person.id)
    assert set(one.asked) == {"q"}
    for html in (page(reader), reader.get("/laws/").get_data(as_text=True)):
        assert "<script>x" not in html and "&lt;script&gt;" in html


def test_an_empty_list_says_what_to_do(reader: Any) -> None:
    assert "还没有保存的检索" in page(reader)
