"""Words beside a bare 第三条, 第二款 or 第一项 that make it no citation of a law."""

from __future__ import annotations

import re

from app.rules.mentions.places import N

# Papers that count their own articles and items. A protocol (议定书) is a treaty.
_PAPER = (r"合同|协议|章程|附件|附表|附录|判决|裁定|清单|规约|约定|条款|方案|遗嘱|保单"
          r"|招标文件|投标文件|起诉状|手册|公告|主文|判项|诉讼请求|请求|备忘录|纪要|计划|守则|须知|(?<!议定)书|[送审征求意见讨论修改初]稿|草案"
          r"|讲义|教材|课件|笔录|台账|收据|发票|账单|图纸|许可证|执照|登记证|权证|表格"
          r"|(?:登记|申请|审批|审查|备案|明细|统计|一览|评分)表"
          r"|议定事项|信函|来函|邮件")
_BEFORE = re.compile(
    rf"(?:{_PAPER})(?:书|文本)?[》”]?"
    r"(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[）)]?)?"
    r"(?:正文|中|的|之|中的|主文|项下|所附)?[ \t]?$")
_AFTER = {
    "条": re.compile(r"(?:生产|线路|线索|道路|街|河|鱼|船|狗|消息|短信|微信|信息|新闻|证据|理由"
                    r"|意见|建议|跑道|铁路|高速|公路|管道|龙|腿|航线|航道|记录|评论|裤|毛巾|香烟|烟|地铁|水管"
                    r"|(?:的|之|中)?约定)"),
    "款": re.compile(r"(?:产品|车|游戏|手机|软件|机型|项目|APP|新|药|的?约定|之?约定)"),
    "项": re.compile(r"(?:工作|任务|诉讼|诉请|请求|指标|议程|证据|专利|发明|技术|研究|业务|议题"
                    r"|议案|主文|判决|裁定|的?约定|目|改革|举措|重点)"),
}
_OWN_LIST = re.compile(r"(?:如下|下列内容|以下事项|以下内容)[^。\n]{0,6}[：:]")


_PLAIN_ITEM = re.compile(rf"第{N}项")


def after_a_paper(text: str, start: int) -> bool:
    """Whether a paper of its own stands before ``start``: 合同第三条, 附件二第三条."""
    return bool(_BEFORE.search(text[max(0, start - 14):start]))


def before_a_thing(text: str, end: int) -> bool:
    """Whether what is counted is no part of a law: 第三条线索."""
    pattern = _AFTER.get(text[end - 1])
    return bool(pattern and pattern.match(text, end))


def own_list(text: str, since: int, start: int) -> bool:
    """Whether 第一项 follows 答复如下：, whose items are the document's own.

    第（一）项 with its brackets is how a law's 项 are cited; it is left.
    """
    return bool(_PLAIN_ITEM.match(text, start) and _OWN_LIST.search(text, since, start))
