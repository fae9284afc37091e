"""SET-08 where the local text is not held: what the higher law says of the subject is shown."""

from __future__ import annotations

import dataclasses

import pytest

from app.rules.review import setting_local  # noqa: F401
from tests.rules.review.sample_facts import article, ask, item, law

PARTLY = law("样例服务条例", "ADMIN_REG", {
    8: "从事样例中介活动的，应当取得样例服务许可证。"
       "开展其他样例服务的，应当自开展之日起十五日内备案。",
    40: "未取得样例服务许可证从事样例中介活动的，处一万元罚款。"})
SILENT = law("别的条例", "ADMIN_REG", {2: "国家鼓励发展。"})
LOCAL = article(law("某省样例服务条例", "LOCAL_REG_PROV", why_not="库中没有该法"), 5)


@pytest.mark.parametrize(("kin", "cite", "reason"), [
    (PARTLY, "《样例服务条例》第八条", "the article that licenses a part, the rest is filed"),
    (SILENT, "", "a higher law that says nothing of it: the text is missing, no more"),
])
def test_the_higher_article_is_named_although_the_local_text_is_missing(
        kin: object, cite: str, reason: str) -> None:
    facts = dataclasses.replace(item(bases=(LOCAL,), name="样例服务许可"), kin=(kin,))
    answer = ask("SET-08", facts)
    assert answer.result == "unclear", reason
    assert (answer.basis[0].cite if answer.basis else "") == cite, f"{reason}: {answer}"
