"""The shape of an item's 实施规范 (``ItemFile.content``), as one table: 领域指南 A.1.

A section is either one group of fields or a list of rows. What was not stated stays away from the
content, so that a review answers 需人工判断 instead of guessing:

- a group: ``{"charged": False, "basis": "…"}``; a field that was not stated is missing;
- rows: ``[{…}, …]``; an empty list says "there are none", a missing section says nothing.

Kinds of fields: ``text`` (one line), ``long`` (several lines), ``cite`` (a citation such as
``《行政许可法》第四十二条第一款``, or the number of a document), ``int`` (0 to 9999), ``bool``
(True, False), ``date`` (ISO), ``choice`` (one of ``choices``), ``many`` (a list of ``choices``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

UNITS = ("工作日", "日", "个月", "年")
# 许可法第三十二条第一款第（一）至（五）项.
BRANCHES = ("不需要取得许可的即时告知不受理", "不属于本机关职权的决定不予受理并告知",
            "可以当场更正的允许当场更正", "材料不齐的一次告知补正", "齐全或者补正后受理")
MECHANISMS = ("单独实施", "统一办理", "联合办理", "集中办理")  # 许可法第二十六条第二款
# 许可法第三十九条第一款第（一）至（四）项.
CERTIFICATES = ("许可证、执照或者其他许可证书", "资格证、资质证或者其他合格证书",
                "批准文件或者证明文件", "法律、法规规定的其他许可证件", "检验、检测、检疫印章")
ROWS_MOST = 200
TEXT_MOST = 300
LONG_MOST = 2000
INT_MOST = 9999


@dataclass(frozen=True)
class Field:
    """``label`` is on the form, in messages and in comparisons; ``hint`` below the input."""

    name: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""
    required: bool = False


@dataclass(frozen=True)
class Section:
    """``rows``: a list of such groups. ``article``: why it is asked for."""

    name: str
    label: str
    fields: tuple[Field, ...]
    rows: bool = False
    article: str = ""

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


F = Field
SECTIONS: tuple[Section, ...] = (
    Section("conditions", "许可条件", (
        F("text", "条件", "long", required=True),
        F("source", "来源", "cite", hint="法律、法规、规章写到条款；文件写文号"),
        F("kind", "类别", "choice", ("主体", "人员", "场地", "设备", "资金", "技术", "其他")),
    ), rows=True, article="《行政许可法》第十六条第四款"),
    Section("materials", "申请材料", (
        F("name", "材料名称", required=True),
        F("form", "形式", "choice", ("纸质", "电子", "纸质或者电子")),
        F("copies", "份数", "int"),
        F("original", "须交原件", "bool"),
        F("source", "来源", "cite"),
        F("related", "与事项有关", "bool"),
        F("sharing", "可否共享取得", "choice", ("不能共享取得", "已共享，不再要求提交",
                                          "可共享取得，仍要求提交", "应共享，接口未通")),
        F("is_proof", "证明事项", "bool", hint="由别的单位开具、证明某一事实的材料"),
        F("proof_basis", "证明事项的依据", "cite"),
    ), rows=True, article="《行政许可法》第三十一条第一款"),
    Section("intermediaries", "中介服务", (
        F("name", "服务名称", required=True),
        F("basis", "依据", "cite"),
        F("commissioned_by", "谁委托", "choice", ("申请人", "行政机关")),
        F("payer", "谁付费", "choice", ("申请人", "行政机关")),
        F("designated", "指定机构", "bool"),
        F("subordinate", "主管部门的下属单位承接", "bool"),
    ), rows=True, article="《优化营商环境条例》第四十三条"),
    Section("fee", "收费", (
        F("charged", "收费", "bool"),
        F("basis", "收费依据", "cite"),
        F("standard", "标准"),
        F("published", "项目和标准已公布", "bool"),
    ), article="《行政许可法》第五十八条、第五十九条"),
    Section("quota", "数量限制", (
        F("limited", "有数量限制", "bool"),
        F("total", "数量"),
        F("basis", "限制的依据", "cite"),
        F("method", "分配方式", "choice", ("招标", "拍卖", "考试", "受理先后顺序", "其他")),
        F("method_basis", "方式的依据", "cite", hint="另有规定的写明条文"),
        F("scarce", "属于有限资源、公共资源或者特定行业准入", "bool",
          hint="《行政许可法》第十二条第（二）项"),
    ), article="《行政许可法》第五十三条、第五十七条"),
    Section("technical", "检验、检测、检疫", (
        F("name", "名称", required=True),
        F("by", "由谁实施", "choice", ("本行政机关", "主管部门所属机构", "专业技术组织")),
        F("organ", "实施单位"),
        F("basis", "依据", "cite"),
        F("signed_by", "谁签字负责", hint="如：官方兽医、植物检疫员"),
        F("staff", "指派人数", "int"),
        F("within", "受理后几日内指派", "int"),
    ), rows=True, article="《行政许可法》第二十八条、第五十五条"),
    Section("demands", "不正当要求", (
        F("technology", "要求转让技术", "bool"),
        F("goods", "要求购买指定商品", "bool"),
        F("services", "要求接受有偿服务", "bool"),
        F("other", "其他要求", hint="没有的留空"),
    ), article="《行政许可法》第二十七条第一款、第三十一条第二款"),
    Section("form", "申请书", (
        F("name", "申请书名称"),
        F("charged", "格式文本收费", "bool"),
        F("irrelevant", "含无直接关系的内容", "bool"),
        F("irrelevant_text", "哪些内容无关"),
        F("sample", "有示范文本", "bool"),
    ), article="《行政许可法》第二十九条第一款、第五十八条第二款"),
    Section("service", "告知承诺和容缺受理", (
        F("promise", "采用告知承诺", "bool"),
        F("promise_basis", "告知承诺的依据", "cite"),
        F("hazard", "直接涉及公共安全、生态环境、重大健康", "bool"),
        F("check", "事后核查的办法"),
        F("revoke", "承诺不实的撤销办法"),
        F("tolerate", "容缺受理", "bool"),
        F("tolerate_basis", "容缺受理的依据", "cite"),
        F("tolerate_accepted", "受理日如何定", "choice", ("容缺受理当日", "材料补齐之日")),
        F("tolerate_within", "几个工作日内补齐", "int"),
    ), article="《优化营商环境条例》第四十条第三款"),
    Section("procedure", "审批程序", (
        F("steps", "办理流程", "long", hint="一行一步"),
        F("intake_unit", "统一受理的机构"),
        F("delivery_office", "统一送达的机构"),
        F("branches", "受理的五种处理", "many", BRANCHES),
        F("receipt", "出具加盖专用印章、注明日期的书面凭证", "bool"),
        F("correction_limit", "几日内告知补正", "int"),
        F("correction_unit", "补正告知的计算", "choice", UNITS),
        F("correction_repeat", "可以再次要求补正", "bool"),
        F("correction_lapse", "逾期不告知视为受理", "bool"),
        F("verification", "需核查申请材料的实质内容", "bool"),
        F("inspectors", "核查人数", "int"),
        F("preliminary", "有下级机关初审", "bool"),
        F("preliminary_level", "初审层级"),
        F("preliminary_limit", "初审期限", "int"),
        F("preliminary_unit", "初审期限的单位", "choice", UNITS),
        F("preliminary_basis", "初审期限的依据", "cite"),
        F("resubmit", "申请人须重复交材料", "bool"),
        F("upper_system", "上级系统认可本机关的账号", "bool"),
        F("affects_others", "直接关系他人重大利益", "bool"),
        F("third_party", "告知利害关系人", "bool"),
        F("statement", "听取陈述、申辩", "bool"),
        F("written", "书面决定", "bool"),
        F("reasons", "不予许可说明理由", "bool"),
        F("remedy", "告知复议、诉讼的权利", "bool"),
        F("remedy_text", "救济的写法", "long", hint="写明复议机关、人民法院和期限"),
        F("delivery_limit", "几日内颁发、送达", "int"),
        F("delivery_unit", "送达期限的单位", "choice", UNITS),
    ), article="《行政许可法》第三十二条至第四十四条"),
    Section("certificate", "证件和印章", (
        F("issued", "颁发许可证件", "bool"),
        F("name", "证件名称"),
        F("kind", "证件类型", "choice", CERTIFICATES),
        F("seal", "加盖谁的印章"),
        F("signature", "证件落款机关"),
        F("blank", "空白证件由谁印制", "choice", ("本行政机关", "上级机关", "原部门", "电子证照")),
        F("blank_fixed", "上级印制的证件落款固定", "bool"),
    ), article="《行政许可法》第三十九条"),
    Section("limit", "时限", (
        F("mechanism", "办理方式", "choice", MECHANISMS, "划转后由一个机关办理的为单独实施"),
        F("statutory", "法定时限", "int"),
        F("statutory_unit", "法定时限的单位", "choice", UNITS),
        F("statutory_basis", "法定时限的依据", "cite"),
        F("special_law", "单行法的期限", "cite", hint="单行法对期限另有规定的写明条文，没有的留空"),
        F("extension", "可延长", "int"),
        F("extension_unit", "延长的单位", "choice", UNITS),
        F("extension_basis", "延长的依据", "cite"),
        F("extension_by", "谁批准延长", "choice",
          ("本行政机关负责人", "本级人民政府负责人", "其他")),
        F("extension_told", "延长的告知申请人理由", "bool"),
        F("promised", "承诺时限", "int", hint="当场办结的写0"),
        F("promised_unit", "承诺时限的单位", "choice", UNITS),
        F("published", "承诺时限已公开", "bool"),
    ), article="《行政许可法》第四十二条、第八十二条"),
    Section("excluded", "不计入时限的环节", (
        F("step", "环节", required=True),
        F("basis", "扣除的依据", "cite"),
        F("days", "所需工作日", "int"),
        F("notified", "书面告知所需时间", "bool"),
    ), rows=True, article="《行政许可法》第四十五条"),
    Section("hearing", "听证", (
        F("ex_officio", "依法应当听证或者涉及重大公共利益", "bool"),
        F("ex_officio_basis", "应当听证的依据", "cite"),
        F("ex_officio_held", "设有公告、听证环节", "bool"),
        F("told", "告知听证权利", "bool"),
        F("apply_days", "几日内申请听证", "int"),
        F("organise_days", "几日内组织听证", "int"),
        F("notice_days", "几日前通知", "int"),
        F("unit", "听证期限的单位", "choice", UNITS),
        F("independent", "主持人由审查人员以外的人担任", "bool"),
        F("by_record", "根据听证笔录作出决定", "bool"),
        F("charged", "向申请人、利害关系人收费", "bool"),
    ), article="《行政许可法》第四十六条至第四十八条"),
    Section("publication", "公布和公开", (
        F("online", "网上公布", "bool"),
        F("online_apply", "可以网上申请", "bool"),
        F("secret", "涉及国家秘密", "bool"),
        F("policy", "准予决定如何公开", "choice", (
            "公开，不含秘密和隐私", "全部公开，含未披露信息", "一律不公开")),
        F("place", "在哪里查阅"),
    ), article="《行政许可法》第五条第二款、第三十三条、第四十条"),
    Section("validity", "有效期和延续", (
        F("limited", "有有效期", "bool"),
        F("period", "有效期"),
        F("basis", "有效期的依据", "cite"),
        F("renewable", "可以延续", "bool"),
        F("renewal_days", "届满前几日申请", "int"),
        F("renewal_basis", "延续期限的依据", "cite", hint="不是三十日的，写明另有规定的条文"),
        F("renewal_default", "逾期未决定视为准予延续", "bool"),
    ), article="《行政许可法》第五十条"),
    Section("territory", "适用地域", (
        F("printed", "证件限制了地域", "bool"),
        F("text", "证件上的地域"),
        F("basis", "限制地域的依据", "cite"),
        F("by_place", "许可的是固定场所、地块或者项目", "bool"),
    ), article="《行政许可法》第四十一条"),
    Section("annual", "年检、年报", (
        F("kind", "要求", "choice", ("没有", "年检", "年报", "其他")),
        F("basis", "依据", "cite"),
        F("condition", "作为继续从事活动的条件", "bool"),
    ), article="《优化营商环境条例》第三十九条第一款"),
    Section("evaluation", "定期评价", (
        F("last_on", "最近一次评价", "date"),
        F("document", "评价报告"),
    ), article="《行政许可法》第二十条"),
    Section("standard", "原部门的审批标准", (
        F("text", "内容", "long", required=True),
        F("source", "来源", "cite", hint="没有文件的写内部口径"),
        F("kind", "性质", "choice", ("许可条件", "裁量基准", "审查口径", "前置盖章", "承诺书",
                                 "内部流程")),
        F("origin", "谁定的", "choice", ("法律、法规、规章", "上级机关", "原部门")),
        F("adds", "增加了条件、材料或者环节", "bool"),
    ), rows=True, article="《行政许可法》第十七条"),
    Section("guide", "办事指南", (
        F("place", "办理地点"),
        F("hours", "办理时间"),
        F("phone", "咨询电话"),
        F("complaint", "投诉电话"),
        F("website", "网上办理"),
        F("published_on", "公示日", "date"),
    ), article="《行政许可法》第三十条第一款"),
)
BY_NAME: Mapping[str, Section] = {section.name: section for section in SECTIONS}


def faults(content: object) -> list[str]:
    """What is wrong with a content, in Chinese and by section, row and field; empty when right."""
    if not isinstance(content, Mapping):
        return ["实施规范应当按章节填写。"]
    found = [f"没有“{str(name)[:40]}”这一章节。" for name in content if name not in BY_NAME]
    for section in SECTIONS:
        if section.name not in content:
            continue
        said = content[section.name]
        if section.rows and isinstance(said, list):
            if len(said) > ROWS_MOST:
                found.append(f"{section.label}：超过{ROWS_MOST}行。")
            for number, row in enumerate(said[:ROWS_MOST], 1):
                found += _group(section, row, f"{section.label}第{number}行")
        elif section.rows:
            found.append(f"{section.label}：应当是若干行。")
        else:
            found += _group(section, said, section.label)
    return found


def _group(section: Section, said: object, where: str) -> Iterator[str]:
    if not isinstance(said, Mapping):
        yield f"{where}：应当按栏目填写。"
        return
    for name in said:
        if section.field(name) is None:
            yield f"{where}：没有“{str(name)[:40]}”这一栏。"
    for field in section.fields:
        value = said.get(field.name)
        if value is None or value == "":
            if field.required:
                yield f"{where}：“{field.label}”没有填写。"
        elif wrong := _value(field, value):
            yield f"{where}：“{field.label}”{wrong}"


def _value(field: Field, value: object) -> str:
    match field.kind:
        case "bool":
            return "" if isinstance(value, bool) else "应为是或者否。"
        case "int":
            right = isinstance(value, int) and not isinstance(value, bool) \
                and 0 <= value <= INT_MOST
            return "" if right else f"应为0到{INT_MOST}的整数。"
        case "choice":
            return "" if value in field.choices else f"应为{'、'.join(field.choices)}之一。"
        case "many":
            right = isinstance(value, list) and all(one in field.choices for one in value)
            return "" if right else "只能在所列各项中选。"
        case "date":
            try:
                date.fromisoformat(value)  # type: ignore[arg-type]
            except (TypeError, ValueError):
                return "不是存在的日期，请写成 2026-03-02 的样子。"
            return ""
    if not isinstance(value, str) or "\0" in value:
        return "应为文字。"
    most = LONG_MOST if field.kind == "long" else TEXT_MOST
    return f"超过{most}个字。" if len(value) > most else ""


def cites(content: Mapping[str, Any]) -> list[str]:
    """What the content says as a source or basis, each once, as typed: the review looks them up."""
    found: dict[str, None] = {}
    for section in SECTIONS:
        said = content.get(section.name)
        for group in (said or []) if section.rows else [said or {}]:
            for field in section.fields:
                if field.kind == "cite" and group.get(field.name):
                    found[group[field.name]] = None
    return list(found)
