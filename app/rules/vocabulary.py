"""The one vocabulary of events: what starts and stops a clock, moves a case, offers a document.

A rule, a procedure or a document that names an event outside this table is refused at start-up.
"""

from __future__ import annotations

from types import MappingProxyType

# What the office, the parties and the machine do in a case.
CASE_EVENTS = {
    "submit_written": "收到书面申请", "submit_oral": "口头申请",
    "submit_via_organ": "收到处罚机关转送的申请",
    "record_finding": "记录审查意见", "issue_correction": "发出补正通知",
    "correction_served": "补正通知送达", "extend_correction": "延长补正期限",
    "submit_correction": "收到补正材料", "abandon_by_lapse": "逾期不补正视为放弃",
    "accept": "受理", "deem_accept": "视为受理", "refuse": "不予受理",
    "refusal_served": "不予受理决定书送达", "withdraw_before_acceptance": "受理前撤回",
    "send_copy": "发送申请书副本", "copy_served": "申请书副本送达被申请人",
    "answer_filed": "被申请人提交答复", "answer_missed": "被申请人逾期未答复",
    "consent_supplement": "同意补充证据", "agree_simplified": "适用简易程序",
    "convert_to_ordinary": "转为普通程序", "hear_opinions": "听取意见",
    "order_hearing": "决定听证并通知", "hearing_held": "举行听证", "suspend": "中止",
    "resume": "恢复审理", "extend": "延长审理期限", "submit_draft": "提出审理意见",
    "approve": "批准", "decide": "作出行政复议决定", "decision_served": "行政复议决定书送达",
    "reject_application": "驳回行政复议申请", "rejection_served": "驳回申请决定书送达",
    "withdraw": "撤回申请", "terminate": "终止", "opinion_issued": "制发行政复议意见书",
    "opinion_served": "行政复议意见书送达", "opinion_answered": "反馈意见书办理情况",
    "redo_done": "重新作出行政行为", "performed": "履行完毕", "close": "结案", "archive": "归档",
    "document_issued": "文书制发", "document_served": "文书送达",
    "document_approved": "文书审批", "correct": "更正记录", "confirm_respondent": "确定被申请人",
    "excuse_late_answer": "认定逾期答复有正当理由", "office_opinion": "复议机构负责人意见",
    "return_draft": "退回补充审理", "track_performance": "登记履行情况",
    "assign": "指定承办人", "third_party_evidence": "收到第三人提供的证据",
}
# What happens outside the case and is told to it.
OUTSIDE_EVENTS = {
    "act_known": "知道行政行为", "act_made": "作出行政行为",
    "remedy_known": "知道救济权利、机关和期限",
    "content_known": "知道行政行为内容", "request_received": "行政机关收到履职申请",
    "duty_term_ended": "履行期限届满", "obstacle_removed": "障碍消除",
    "penalty_organ_received": "处罚机关收到复议申请",
    "norm_raised": "提出附带审查或者发现依据不合法",
    "norm_transferred": "转送有权机关", "norm_transfer_received": "有权机关收到转送",
    "norm_maker_notified": "制定机关收到书面通知", "norm_maker_answered": "制定机关书面答复",
    "decision_period_ended": "行政复议期限届满", "litigation_period_ended": "起诉期限届满",
    "demand_served": "催告书送达", "announcement_made": "发出公告",
    "claim_received": "收到支付赔偿金申请", "finance_received": "财政部门收到支付申请",
    "penalty_decision_changed": "处罚决定被变更、撤销、确认违法或者无效",
    "license_materials_received": "收到许可申请材料", "license_accepted": "受理许可申请",
    "license_decided": "作出许可决定", "license_delivered": "颁发、送达许可证件",
    "info_request_received": "收到信息公开申请", "sued": "提起诉讼",
}
EVENTS = MappingProxyType(CASE_EVENTS | OUTSIDE_EVENTS)


def event_label(event: str) -> str:
    """The event in Chinese. Raises KeyError for a name outside the vocabulary."""
    return EVENTS[event]
