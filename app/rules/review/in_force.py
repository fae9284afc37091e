"""SET-05: the basis stands on the day, at the number that is cited (领域指南 A.4(一))."""

from __future__ import annotations

from app.rules.findings import Basis
from app.rules.review.facts import ArticleFact, ReviewFacts
from app.rules.review.fit import moved_to, setting
from app.rules.review.judge import Answer, fails, judges, missing, passes, unclear
from app.rules.review.words import STRICT_LEAVE, scores


@judges("SET-05")
def in_force(facts: ReviewFacts) -> Answer:
    """The basis stands on the day, at the number that is cited; what counts is 施行日."""
    found = setting(facts)
    if not found:
        return missing("设定依据")
    gone, open_, used = [], [], {}
    basis: list[Basis] = []
    for article in found:
        state, reason, cites = _state(facts, article)
        used[article.cite] = reason or "该日有效"
        if state == "gone":
            gone.append(reason)
            basis += cites
        elif state == "open":
            open_.append(reason)
        elif article.held:
            basis.append(Basis(article.cite))
    if gone:
        front = [b for b in basis if any(b.cite in reason for reason in gone)]
        return fails("依据引用须更正：" + "；".join(dict.fromkeys(gone)),
                     *front, *[b for b in basis if b not in front][:2], **used)
    if open_:
        return unclear("；".join(dict.fromkeys(open_)), *basis[:3], **used)
    coming = next((a.coming for a in found
                   if a.coming and a.coming.adopted and a.coming.adopted <= facts.as_of), None)
    note = ""
    if coming is not None:
        law = coming.cite.split("第")[0]
        note = f"；{law}的修订已公布、自{coming.effective}起施行，届时条号须重新核对"
    if facts.basis_in_force == "否":
        note += "；送审表“依据现行有效”一栏写“否”，与此不符，须更正"
    return passes(f"基准日{facts.as_of}各条均有效{note}", *basis[:3], **used)


def _state(facts: ReviewFacts, article: ArticleFact) -> tuple[str, str, list[Basis]]:
    """("good" | "gone" | "open", why, the articles that show it)."""
    if article.law.rank in ("NORM_DOC", "OTHER", "UNKNOWN") and not article.law.articles:
        return "good", "不是法规", []
    if moved := moved_to(facts, article):
        return "gone", *_moved(article, *moved)
    if article.old_text:
        former = "；所引是修订前的旧文本"
        if article.held and article.earlier:
            return "gone", f"{article.cite}现行文本内容已变{former}", [Basis(article.cite)]
    if article.held:
        return "good", "", []
    why = article.why_not
    if article.number is None and article.law.in_force:
        return "good", "没有引到条（见 SET-06）", []
    successor = _successor(facts, article)
    then = f"，内容现见{article.now_at.cite}" if article.now_at else (
        f"，现行规定见{successor[0].cite}" if successor else "")
    label = article.cite
    if why.startswith(("已废止", "有效期届满")):
        return "gone", f"《{article.law.short}》{why}{then}", successor
    if why.startswith("没有该条"):
        return "gone", f"{label}：{why}{then}", successor
    if why.startswith("该日尚未施行"):
        return "open", f"《{article.law.short}》{why}：已公布未施行的，须待施行或者改引现行依据", []
    return "open", f"{label}：{why}，须取得文本核对", []


def _successor(facts: ReviewFacts, article: ArticleFact) -> list[Basis]:
    """Where a repealed law's matter stands now, and the article that repealed it."""
    found = [article.now_at.cite] if article.now_at else []
    law = article.successor
    if law is None:
        return [Basis(cite) for cite in found]
    if not found:
        told = scores(facts.name, facts.certificate, [place.text for place in law.articles])
        fits = [(score + 0.3 * bool(STRICT_LEAVE.search(place.text)), place)
                for score, place in zip(told, law.articles, strict=True) if score >= 0.5]
        if fits:
            found.append(law.cite(max(fits, key=lambda fit: fit[0])[1]))
    title = article.law.title.removeprefix("中华人民共和国")
    found += [law.cite(place) for place in law.articles[-3:]
              if "废止" in place.text and title in place.text]
    return [Basis(cite) for cite in dict.fromkeys(found)]


def _moved(article: ArticleFact, target: str, says: str) -> tuple[str, list[Basis]]:
    """The reason and the articles where the number of another version is cited."""
    here = [Basis(article.cite)] if article.held else []
    shown = [Basis(target)] if target else []
    ours = article.earlier and article.now_at and article.now_at.cite == target
    if ours:
        return (f"{article.cite}是旧条号，现行该条规定的是“{says}”，所引内容现为{target}",
                [*shown, *here])
    first = article.coming.effective if article.coming else None
    where = f"，基准日在{target}" if target else "，基准日的文本中没有这一内容"
    return (f"{article.cite}是{first}起施行的文本的条号，基准日该条规定的是“{says}”{where}",
            [*shown, *here])
