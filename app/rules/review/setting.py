"""SET-01 to SET-06: is it a licence at all, and does the cited article set it up (领域指南 A.4(一)).

SET-07 to SET-14 are in `setting_local` (what a local norm may not do) and `setting_lists` (what
was cancelled, stopped, or is not on the list).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.rules.findings import Basis
from app.rules.review.facts import RANKS, ArticleFact, ReviewFacts
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    not_applicable,
    passes,
    unclear,
)
from app.rules.review.likeness import covered
from app.rules.review.words import (
    FILING,
    LEAVE,
    STRICT_LEAVE,
    core,
    parts,
    scores,
    sentences,
)

ARTICLE_2 = Basis("《行政许可法》第二条", "准予其从事特定活动的行为")
ARTICLE_3 = Basis("《行政许可法》第三条第二款", "人事、财务、外事等事项的审批，不适用本法")
ARTICLE_14 = Basis("《行政许可法》第十四条第一款", "法律可以设定行政许可")
ARTICLE_15 = Basis("《行政许可法》第十五条第一款", "地方性法规可以设定行政许可")
ARTICLE_16 = Basis("《行政许可法》第十六条第三款", "规章可以在上位法设定的行政许可事项范围内")
ARTICLE_17 = Basis("《行政许可法》第十七条", "其他规范性文件一律不得设定行政许可")
ARTICLE_18 = Basis("《行政许可法》第十八条", "应当规定行政许可的实施机关、条件、程序、期限")
# They bind every licence and set up none.
GENERAL_LAWS = re.compile(r"^(?:行政许可法|立法法|行政处罚法|行政强制法|优化营商环境条例|行政复议法|行政诉讼法"
                          r"|国务院关于在线政务服务的若干规定|公平竞争审查条例)$"
                          r"|组织法$|政府信息公开条例")
MAY_SET = ("LAW", "ADMIN_REG", "SC_DECISION", "LOCAL_REG_PROV")
NO_SETTING = ("MINISTRY_RULE", "CITY_GOV_RULE", "NORM_DOC")
_NOT_A_LICENCE = re.compile(
    r"(?:奖励|给付|裁决|年检|年审|年报|公示|公告|备案|告知|报告|监督检查|咨询|补贴|补助|减免|缴纳|征收"
    r"|处罚|强制|确权|复核|投诉|举报|查询|救助|救济)(?:办理|服务|登记)?$")
_CONFIRMS = re.compile(r"婚姻登记|收养登记|不动产登记|抵押登记|预告登记|户口登记|失业登记|就业登记|社会保险登记"
                       r"|工伤认定|等级(?:评定|鉴定)|鉴定$|公证|职称|学历认证|确认$")
_INTERNAL = re.compile(
    r"(?:公务员|机关(?:工作)?人员|干部|事业单位(?:工作)?人员|编外人员|领导(?:干部)?)[^，；]{0,16}"
    r"(?:录用|调动|任免|调任|招聘|晋升|考核|退休|辞职|兼职|核准|审批|备案|调配)"
    r"|(?:机关|事业单位|直属单位|下属单位|预算单位|所属单位)[^，；]{0,14}(?:人事|编制(?!管理)|工资|绩效|经费"
    r"|财务|预算|决算|资产(?:处置|出租|出借|配置)?|账户|用车|出国|岗位|职数|招聘)"
    r"|因公(?:临时)?出国|公务(?:用车|接待|出国)|政府采购(?:方式|计划)|(?:编制|职数)使用(?:审批|核准)"
    r"|(?:下级|直属|所属)(?:行政)?(?:机关|事业单位)")


@dataclass(frozen=True)
class Fit:
    """How far an article speaks of the item; ``leave``: its sentence on it grants something."""

    article: ArticleFact
    score: float
    sentence: str
    leave: bool
    filing: bool


def setting(facts: ReviewFacts) -> list[ArticleFact]:
    """The cited articles that can set up a licence at all."""
    return [a for a in facts.articles if not GENERAL_LAWS.search(a.law.short)]


def fit(facts: ReviewFacts, article: ArticleFact, text: str | None = None) -> Fit:
    """The sentence of ``text`` (else of the article) that speaks most of the item."""
    words = article.text if text is None else text
    told = sentences(words)
    if not told:
        return Fit(article, 0.0, "", False, False)
    found = scores(facts.name, facts.certificate, told)
    best = max(range(len(told)), key=lambda i: (found[i], bool(LEAVE.search(told[i]))))
    near = [told[i] for i in range(len(told)) if found[i] >= found[best] * 0.8]
    also = [told[i] for i in range(len(told)) if found[i] >= found[best] * 0.5]
    whole = max(covered(core(part), words) for part in parts(facts.name))
    leave = any(LEAVE.search(s) for s in near) or (
        whole >= 0.3 and any(STRICT_LEAVE.search(s) for s in told))
    filing = any(FILING.search(s) for s in near) and not any(_leaves(s) for s in also)
    return Fit(article, whole, told[best], leave, filing)


def _leaves(sentence: str) -> bool:
    """Whether the sentence grants something, apart from the registration that goes before it."""
    return bool(STRICT_LEAVE.search(re.sub(r"市场监督管理部门办理[^，。；]{0,12}手续", "", sentence)))


def _used(*found: ArticleFact) -> dict[str, list[str]]:
    return {"设定依据": [f"{a.cite}（{RANKS[a.rank]}）" for a in found]}


@judges("SET-01")
def is_a_licence(facts: ReviewFacts) -> Answer:
    """2: on application, after examination, leave to do something."""
    if not facts.name:
        return missing("事项名称")
    used = {"事项名称": facts.name, "权力类型": facts.power_type or "未填"}
    if facts.power_type and facts.power_type != "许可":
        return fails(f"送审表写的权力类型是“{facts.power_type}”，不是行政许可", ARTICLE_2, **used)
    plain = re.sub(r"[（(][^（）()]*[）)]", "", facts.name)
    if _INTERNAL.search(facts.name):
        return not_applicable("属内部审批，见 SET-02", ARTICLE_3, **used)
    if found := _CONFIRMS.search(plain):
        return fails(f"“{found[0]}”是对已有身份、权利或者事实的确认，不是准予从事特定活动", ARTICLE_2,
                     **used)
    only_filing = _only_filing(facts)
    if found := _NOT_A_LICENCE.search(plain):
        if re.search(r"许可|审批|核准|资质|资格", plain):
            return unclear(f"名称同时写许可和“{found[0]}”，两种性质混在一项里，须拆开后分别认定",
                           ARTICLE_2, **used)
        return fails(f"名称是“{found[0]}”，不是依申请准予从事特定活动的行政许可", ARTICLE_2,
                     *([Basis(only_filing[0].cite)] if only_filing else []), **used)
    if only_filing and not was_licence(facts):
        cite = only_filing[0]
        return fails("条文只要求备案，没有设许可；以许可、审批为名办理备案，不是行政许可",
                     Basis(cite.cite, "备案"), ARTICLE_2, **used, 条文=fit(facts, cite).sentence[:120])
    return passes("依申请、经审查、准予从事特定活动", ARTICLE_2, **used)


def _only_filing(facts: ReviewFacts) -> list[ArticleFact]:
    """Articles whose words on the item ask for a filing, where none grants leave."""
    held = [a for a in setting(facts) if a.held]
    national = [a for a in held if a.rank in ("LAW", "ADMIN_REG")]
    fits = [fit(facts, a) for a in national or held]
    if not fits or any(f.leave and not f.filing and f.score > 0.2 for f in fits):
        return []
    return [f.article for f in fits if f.filing and f.score > 0.2]


def was_licence(facts: ReviewFacts) -> ArticleFact | None:
    """An article that now asks for a filing where a former text gave leave."""
    for article in _only_filing(facts):
        for before in article.earlier:
            former = fit(facts, article, before.text)
            if former.score > 0.2 and former.leave and not former.filing:
                return article
    return None


@judges("SET-02")
def is_internal(facts: ReviewFacts) -> Answer:
    """3(2): personnel, finance, foreign affairs of organs and their own institutions."""
    if not facts.name:
        return missing("事项名称")
    if found := _INTERNAL.search(facts.name):
        return fails(f"“{found[0]}”是对机关或者直接管理的事业单位的人事、财务、外事等事项的审批，属内部审批",
                     ARTICLE_3, 事项名称=facts.name)
    if re.search(r"机关|事业单位", facts.name) and not re.search(r"登记机关", facts.name) \
            or "是否属《行政许可法》第三条第二款" in facts.note:
        return unclear("对象涉及机关、事业单位，须核对是否属内部审批", ARTICLE_3, 事项名称=facts.name)
    return passes("对象是公民、法人和其他组织，不是内部审批", ARTICLE_3, 事项名称=facts.name)


_CATEGORIES = (
    (5, r"(?:企业|公司|合作社|个体工商户|社会团体|非企业单位|法人|基金会)[^，；]{0,10}(?:登记|设立|成立)"),
    (4, r"检疫|检验|消防|人防|起重|特种设备|锅炉|计量|竣工验收|设施设计|防雷|雷电"),
    (3, r"资格|资质|执业|教师|医师|护士|驾驶证|驾驶员"),
    (2, r"特许|采矿|矿产|取水|用地|土地|水域|海域|捕捞|采砂|采伐|猎捕|频率|占用|道路|客运|出租|供热|燃气"
        r"|供水|污水|垃圾|公共交通|运输"),
    (1, r"安全|危险|爆|易燃|环境|污染|食品|药品|卫生|医疗|疫|金融|典当|枪|毒|公共|辐射|放射|建设|施工|经营"
        r"|学校|教育|文物|宗教|演出|娱乐|上网|劳务|人力资源"),
)


@judges("SET-03")
def category(facts: ReviewFacts) -> Answer:
    """12: one of six kinds; the sixth needs a law or an administrative regulation."""
    found = setting(facts)
    if not found:
        return missing("设定依据")
    words = f"{facts.name}{facts.certificate}"
    number = next((n for n, pattern in _CATEGORIES if re.search(pattern, words)), None)
    national = [a for a in found if a.rank in ("LAW", "ADMIN_REG") and a.held]
    cite = f"《行政许可法》第十二条第（{'〇一二三四五六'[number or 6]}）项"
    if number:
        return passes(f"属第十二条第（{number}）项所列事项", Basis(cite), 类别=number)
    if national:
        return passes("法律、行政法规规定的事项（第六项）", Basis(cite), Basis(national[0].cite), 类别=6)
    return unclear("不能归入前五项，又没有法律、行政法规的条文，须由设定机关评价", Basis(cite))


@judges("SET-04")
def rank(facts: ReviewFacts) -> Answer:
    """14, 15, 17: what may set up a licence (领域指南 A.3)."""
    found = setting(facts)
    if not facts.bases:
        return missing("设定依据")
    if not found:
        return fails("送审依据只有通用法律，没有设定这一许可的规范",
                     Basis(facts.articles[0].cite) if facts.articles and facts.articles[0].held
                     else ARTICLE_17, ARTICLE_17)
    ranks = {a.rank for a in found}
    good = [a for a in found if a.rank in MAY_SET]
    held = [Basis(a.cite) for a in good if a.held][:2]
    used = _used(*found)
    if good:
        top = min(good, key=lambda a: MAY_SET.index(a.rank))
        article = ARTICLE_15 if top.rank == "LOCAL_REG_PROV" else ARTICLE_14
        return passes(f"{top.law.short}是{RANKS[top.rank]}，有设定权", *held, article, **used)
    if "PROV_GOV_RULE" in ranks:
        return passes("省级政府规章只能设定临时性许可，是否满一年见 SET-09", ARTICLE_15, **used)
    if ranks & {"LOCAL_REG_CITY", "AUTONOMOUS_REG"}:
        return unclear("设区的市法规限于城乡建设与管理、生态文明建设、历史文化保护、基层治理，须核对权限；"
                       "自治条例、经济特区法规须核对变通说明", *[
                           Basis(a.cite) for a in found if a.held][:2], ARTICLE_15,
                       Basis("《立法法》第八十一条"), **used)
    bad = [a for a in found if a.rank in NO_SETTING]
    if bad and len(bad) == len([a for a in found if a.rank != "OTHER"]):
        names = "、".join(dict.fromkeys(f"{a.law.short}（{RANKS[a.rank]}）" for a in bad))
        return fails(f"{names}没有设定权，规章和规范性文件一律不得设定行政许可；送审没有其他设定依据",
                     ARTICLE_17, ARTICLE_16, ARTICLE_14, **used)
    names = "、".join(dict.fromkeys(a.law.short for a in found if a.rank in ("UNKNOWN", "OTHER")))
    return unclear(f"{names}的制定机关和层级从题名看不出，库中没有文本；须查明后按设定权判断",
                   ARTICLE_17, ARTICLE_14, **used)


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
    coming = [a for a in found if a.coming]
    note = ""
    if coming:
        first = coming[0]
        when = first.coming.effective if first.coming else None
        note = f"；{first.law.short}的修订已公布、自{when}起施行，届时条号须重新核对"
    return passes(f"基准日{facts.as_of}各条均有效{note}", *basis[:3], **used)


def _state(facts: ReviewFacts, article: ArticleFact) -> tuple[str, str, list[Basis]]:
    """("good" | "gone" | "open", why, the articles that show it)."""
    if article.law.rank in ("NORM_DOC", "OTHER", "UNKNOWN") and not article.law.articles:
        return "good", "不是法规", []
    if moved := moved_to(facts, article):
        target, what = moved
        now = f"，现为第{target.split('》第')[-1]}" if "》第" in target else ""
        here = [Basis(article.cite)] if article.held else []
        return "gone", f"{article.cite}是旧条号，现行该条规定的是“{what}”{now}：{target}", [
            Basis(target), *here]
    if article.old_text:
        former = "；所引是修订前的旧文本"
        if article.held and article.earlier:
            return "gone", f"{article.cite}现行文本内容已变{former}", [Basis(article.cite)]
    if article.held:
        return "good", "", []
    why = article.why_not
    if article.number is None and article.law.in_force:
        return "good", "没有引到条（见 SET-06）", []
    successor = [Basis(article.now_at.cite)] if article.now_at else []
    then = f"，内容现见{article.now_at.cite}" if article.now_at else ""
    label = article.cite
    if why.startswith(("已废止", "有效期届满")):
        return "gone", f"《{article.law.short}》{why}{then}", successor
    if why.startswith("没有该条"):
        return "gone", f"{label}：{why}{then}", successor
    if why.startswith("该日尚未施行"):
        return "open", f"《{article.law.short}》{why}：已公布未施行的，须待施行或者改引现行依据", []
    return "open", f"{label}：{why}，须取得文本核对", []


def moved_to(facts: ReviewFacts, article: ArticleFact) -> tuple[str, str] | None:
    """(where the words stand now, what the number says now) when the former number is cited.

    Only where the former words spoke of the item more than today's words at that number do: a
    number that is cited rightly also held other words before.
    """
    if article.now_at is None or not article.earlier or not article.law.in_force:
        return None
    today = _about(facts, article.text)
    former = _about(facts, article.earlier[0].text)
    there = _about(facts, article.now_at.text)
    if max(former, there) <= today + 0.1 or there < 0.2:
        return None
    if article.held and LEAVE.search(article.text) and today >= 0.5:
        return None
    return article.now_at.cite, (article.whole[:24] + "…") if article.whole else "（该条已无）"


def _about(facts: ReviewFacts, text: str) -> float:
    return max(covered(core(part), text) for part in parts(facts.name)) if facts.name else 0.0


@judges("SET-06")
def sets_it_up(facts: ReviewFacts) -> Answer:
    """18: the citation reaches an article, and that article sets up this licence."""
    if not facts.bases:
        return fails("没有写设定依据", ARTICLE_18)
    found = setting(facts)
    cited = [a for a in found if a.number is not None]
    annexes = [a for a in found if a.rank == "SC_DECISION"
               and re.search(r"附件[^，；]{0,6}第?\s*\d+\s*项|第\s*\d+\s*项", a.written)]
    if not cited and not annexes:
        if not found:
            return fails("只引通用法律，没有引设定这一许可的条文", ARTICLE_18)
        return fails(f"只引了文件名，没有引到条款项：{'、'.join(dict.fromkeys(a.law.short for a in found))}",
                     ARTICLE_18, **_used(*found))
    fits = [fit(facts, a) for a in cited if a.held]
    if not fits:
        if any(a.law.in_force for a in cited):
            return unclear("所引条文已经不在，无法核对是否设定这一许可", ARTICLE_18, **_used(*found))
        return missing("设定依据的条文（库中没有文本）", **_used(*found))
    old = [a for a in cited if moved_to(facts, a)]
    if old and not any(f.leave and f.score >= 0.4 and f.article not in old for f in fits):
        target = moved_to(facts, old[0])
        where = target[0] if target else ""
        return fails(f"{old[0].cite}现行条文不设定这一许可，应引{where}", Basis(where),
                     Basis(old[0].cite), ARTICLE_18, **_used(*found))
    best = max(fits, key=lambda f: (f.leave and not f.filing, f.score))
    used = {"决定性条文": best.article.cite, "原话": best.sentence[:120],
            "名称用语吻合": f"{best.score:.0%}"}
    if was := was_licence(facts):
        return fails(f"{was.cite}现行条文已改为备案，不再设定许可", Basis(was.cite, "备案"), ARTICLE_18,
                     **used)
    if not best.leave:
        other = _better(facts, best)
        if other:
            return unclear(f"所引条文没有准予、批准一类的用语；同一部法的{other[0]}更像设定条文，请核对",
                           Basis(best.article.cite), Basis(other[0]), ARTICLE_18, **used)
        if re.search(r"另行规定|具体办法|由国务院[^，。]{2,20}制定|按照国家(?:有关)?规定", best.article.text):
            return unclear("条文只授权另行规定或者指向其他规定，没有写明准予的行为，须补引实施的规定",
                           Basis(best.article.cite), ARTICLE_18, **used)
        return unclear("条文没有准予、批准一类的用语，须核对是否设定许可", Basis(best.article.cite),
                       ARTICLE_18, **used)
    if best.score < 0.15 and (other := _better(facts, best)):
        return unclear(f"所引条文与事项名称的用语不合；同一部法的{other[0]}更像设定条文，请核对",
                       Basis(best.article.cite), Basis(other[0]), ARTICLE_18, **used)
    return passes(f"{best.article.cite}设定这一许可", Basis(best.article.cite), ARTICLE_18, **used)


def _better(facts: ReviewFacts, best: Fit) -> tuple[str, float] | None:
    """An article of the same law that grants something and speaks clearly more of the item."""
    found: tuple[str, float] | None = None
    for place in best.article.law.articles:
        about = _about(facts, place.text)
        if about >= 0.5 and about > best.score + 0.25 and STRICT_LEAVE.search(place.text) and (
                found is None or about > found[1]):
            found = (best.article.law.cite(place), about)
    return found
