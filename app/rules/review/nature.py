"""SET-01 to SET-03: is it a licence at all, or an internal approval (领域指南 A.4(一))."""

from __future__ import annotations

import re

from app.rules.findings import Basis
from app.rules.review.facts import ReviewFacts
from app.rules.review.fit import filed_elsewhere, fit, only_filing, setting, was_licence
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    not_applicable,
    passes,
    unclear,
)

ARTICLE_2 = Basis("《行政许可法》第二条", "准予其从事特定活动的行为")
ARTICLE_3 = Basis("《行政许可法》第三条第二款", "人事、财务、外事等事项的审批，不适用本法")
ARTICLE_15 = Basis("《行政许可法》第十五条第一款", "地方性法规可以设定行政许可")
_NOT_A_LICENCE = re.compile(
    r"(?:奖励|给付|裁决|年检|年审|年报|公示|公告|备案|告知|报告|监督检查|咨询|补贴|补助|减免|缴纳|征收"
    r"|处罚|强制|确权|复核|投诉|举报|查询|救助|救济)(?:办理|服务|登记)?$")
_CONFIRMS = re.compile(r"婚姻登记|收养登记|不动产登记|抵押登记|预告登记|户口登记|失业登记"
                       r"|就业登记|社会保险登记"
                       r"|工伤认定|等级(?:评定|鉴定)|鉴定$|公证|职称|学历认证|确认$")
_INTERNAL = re.compile(
    r"(?:公务员|机关(?:工作)?人员|干部|事业单位(?:工作)?人员|编外人员|领导(?:干部)?)[^，；]{0,16}"
    r"(?:录用|调动|任免|调任|招聘|晋升|考核|退休|辞职|兼职|核准|审批|备案|调配)"
    r"|(?:机关|事业单位|直属单位|下属单位|预算单位|所属单位)[^，；]{0,14}(?:房产|出租|人事|编制(?!管理)|工资|绩效|经费"
    r"|财务|预算|决算|资产(?:处置|出租|出借|配置)?|账户|用车|出国|岗位|职数|招聘)"
    r"|因公(?:临时)?出国|公务(?:用车|接待|出国)|政府采购(?:方式|计划)|(?:编制|职数)使用(?:审批|核准)"
    r"|(?:下级|直属|所属)(?:行政)?(?:机关|事业单位)")


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
        return fails(f"“{found[0]}”是对已有身份、权利或者事实的确认，不是准予从事特定活动",
                     ARTICLE_2,
                     **used)
    filed = only_filing(facts)
    if found := _NOT_A_LICENCE.search(plain):
        if re.search(r"许可|审批|核准|资质|资格", plain):
            return unclear(f"名称同时写许可和“{found[0]}”，两种性质混在一项里，须拆开后分别认定",
                           ARTICLE_2, **used)
        return fails(f"名称是“{found[0]}”，不是依申请准予从事特定活动的行政许可", ARTICLE_2,
                     *([Basis(filed[0].cite)] if filed else []), **used)
    if filed and not was_licence(facts):
        cite = filed[0]
        return fails("条文只要求备案，没有设许可；以许可、审批为名办理备案，不是行政许可",
                     Basis(cite.cite, "备案"), ARTICLE_2, **used, 条文=fit(facts,
                                                                       cite).sentence[:120])
    if not filed and (elsewhere := filed_elsewhere(facts)):
        place, sentence = elsewhere
        return fails(f"所引条文没有设许可，同一部法的{place}对这一事项只要求备案；"
                     "以许可、审批为名办理备案，不是行政许可",
                     Basis(place, "备案"), ARTICLE_2, **used, 条文=sentence[:120])
    return passes("依申请、经审查、准予从事特定活动", ARTICLE_2, **used)


@judges("SET-02")
def is_internal(facts: ReviewFacts) -> Answer:
    """3(2): personnel, finance, foreign affairs of organs and their own institutions."""
    if not facts.name:
        return missing("事项名称")
    if found := _INTERNAL.search(facts.name):
        return fails(f"“{found[0]}”是对机关或者直接管理的事业单位的人事、财务、"
                     f"外事等事项的审批，属内部审批",
                     ARTICLE_3, 事项名称=facts.name)
    if (re.search(r"机关|事业单位", facts.name) and not re.search(r"登记机关", facts.name)) \
            or "是否属《行政许可法》第三条第二款" in facts.note:
        return unclear("对象涉及机关、事业单位，须核对是否属内部审批", ARTICLE_3,
                       事项名称=facts.name)
    return passes("对象是公民、法人和其他组织，不是内部审批", ARTICLE_3, 事项名称=facts.name)


_CATEGORIES = (
    (5, r"(?:企业|公司|合作社|个体工商户|社会团体|非企业单位|法人|基金会)[^，；]{0,10}(?:登记"
        r"|设立|成立)"),
    (4, r"检疫|检验|消防|人防|起重|特种设备|锅炉|计量|竣工验收|设施设计|防雷|雷电"),
    (3, r"资格|资质|执业|教师|医师|护士|驾驶证|驾驶员"),
    (2, r"特许|采矿|矿产|取水|用地|土地|水域|海域|捕捞|采砂|采伐|猎捕|频率|占用|道路|客运|出租"
        r"|供热|燃气"
        r"|供水|污水|垃圾|公共交通|运输"),
    (1, r"安全|危险|爆|易燃|环境|污染|食品|药品|卫生|医疗|疫|金融|典当|枪|毒|公共|辐射|放射|建设"
        r"|施工|经营"
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
    place = f"第（{'〇一二三四五六'[number or 6]}）项"
    cite = f"《行政许可法》第十二条{place}"
    if number:
        return passes(f"属第十二条{place}所列事项", Basis(cite), 类别=number)
    if national:
        return passes("法律、行政法规规定的事项（第六项）", Basis(cite), Basis(national[0].cite),
                                                                       类别=6)
    return unclear("不能归入前五项，又没有法律、行政法规的条文，须由设定机关评价", Basis(cite))
