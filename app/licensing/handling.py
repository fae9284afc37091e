"""Who holds, accepts, decides and seals under each way of handling an item (领域指南 A.2)."""

from __future__ import annotations

from dataclasses import dataclass

from app.rules.findings import Basis


@dataclass(frozen=True)
class Handling:
    """``reason``: a key of RETAINED, "" for transferred items. ``title``: what the reform calls
    it; ``note``: what follows from it."""

    mode: str
    reason: str
    title: str
    holds: str
    accepts: str
    decides: str
    note: str
    basis: tuple[Basis, ...] = ()


OWN = Basis("《行政许可法》第二十二条", "由具有行政许可权的行政机关在其法定职权范围内实施")
STAMP = Basis("《行政许可法》第三十二条", "应当出具加盖本行政机关专用印章和注明日期的书面凭证")
MOVED = Basis("《行政许可法》第二十五条", "可以决定一个行政机关行使有关行政机关的行政许可权")
_WINDOW = ("进驻窗口接受统一管理只是行政管理关系，不改变许可的主体；"
           "以审批局名义作出的决定没有职权依据。")

HANDLINGS = (
    Handling("划转", "", "第一类：划转", "行政审批服务局", "行政审批服务局",
             "行政审批服务局决定、署名、盖章", "职权自生效日起转移，以职权台账为准；生效日之前仍由"
             "原机关行使。", (MOVED,)),
    Handling("暂不划转", "NOT_YET_TRANSFERRED", "第二类：整建制进驻", "原机关（不变）",
             "原机关的进驻窗口", "原机关决定、署名、盖章",
             "“暂不划转”有时间性，须定复查日。" + _WINDOW, (OWN,)),
    Handling("进驻", "NOT_YET_TRANSFERRED", "第二类：整建制进驻", "原机关（不变）",
             "原机关的进驻窗口", "原机关决定、署名、盖章",
             "“暂不划转”有时间性，须定复查日。" + _WINDOW, (OWN,)),
    Handling("进驻", "VERTICAL_MANAGEMENT", "第二类：垂直管理进驻", "原机关（不变）", "进驻窗口",
             "原机关决定、署名、盖章", _WINDOW, (OWN,)),
    Handling("综合窗口", "PARTY_DEPARTMENT", "第三类：一窗受理、原部门办理", "原机关（不变）",
             "综合窗口代收", "原机关决定、署名、盖章",
             "受理凭证须以有权机关的名义出具并加盖其专用印章；窗口自己盖章是程序瑕疵。",
             (OWN, STAMP)),
)


def handling(mode: str, reason: str) -> Handling | None:
    """The row for a version; where no reason is recorded, the usual one of its mode."""
    same = [row for row in HANDLINGS if row.mode == mode]
    return next((row for row in same if row.reason == reason), same[-1] if same else None)
