"""SUBJ-02 by the words alone, and what a basis that is not held changes."""

from __future__ import annotations

import pytest

from app.rules.review import levels  # noqa: F401
from app.rules.review.facts import ArticleFact
from tests.rules.review.sample_facts import GONE_ONE, SOURCES, UNHELD_ONE, article, ask, item, law

HIGH = article(law("样例管理条例", "ADMIN_REG", {
    4: "从事样例经营的，由设区的市级以上人民政府样例主管部门批准，发给样例经营许可证。"}), 4)
NOTICE = article(law("样例通知", "NORM_DOC", why_not="库中没有该法"), 1)


@pytest.mark.parametrize(("others", "result", "reason"), [
    ((), "fail", "the only basis gives the power to the city"),
    ((SOURCES[UNHELD_ONE],), "unclear", "a text that is not held may give it to the county"),
    ((SOURCES[GONE_ONE],), "fail", "a repealed text gives nothing to anybody"),
    ((NOTICE,), "fail", "a notice cannot give a power, held or not"),
])
def test_a_failure_stays_open_while_another_basis_cannot_be_read(
        others: tuple[ArticleFact, ...], result: str, reason: str) -> None:
    answer = ask("SUBJ-02", item(bases=(HIGH, *others), name="样例经营许可"))
    assert answer.result == result, f"{reason}: {answer.reason}"
