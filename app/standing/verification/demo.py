"""Two verifications of the demo district: one confirmed and announced, one in work."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.organs import queries as organs
from app.organs.models import Organ
from app.standing.verification import papers, queries, services
from app.standing.verification.models import Verification
from app.standing.verification.services import Said
from app.today import BEIJING

CONFIRMED, IN_WORK = "X区行政审批服务局", "X区自然资源和林业局"
SEEN = "已核对原件，与登记一致。"
REASONS = {
    "E3_POWER_BASIS": "国务院批准、省政府决定和逐项依据均已核对原件。",
    "E5_SEAL": "移出机关的旧章已停用，封存回执原件已核对。",
    "E13_DELEGATION": "经询问，没有委托和受委托。",
}


def load(_by: str, _at: datetime) -> int:
    """Both, through the services of the screens; nothing when there are some already."""
    if db.session.scalar(select(Verification.id).limit(1)) is not None:
        return 0
    people = {user.username: user for user in db.session.scalars(select(User).where(
        User.username.in_(("shencha", "fuhe", "minglu"))))}
    first, second = people["shencha"], people["fuhe"]
    done = Desk(_begin(CONFIRMED, date(2026, 9, 3), date(2026, 9, 2), first))
    done.move(first, date(2026, 9, 4), "accept", "材料齐全，予以受理。")
    done.move(first, date(2026, 9, 9), "form_done", "十三个要素均有材料。")
    done.answer(first, date(2026, 9, 17))
    done.move(first, date(2026, 9, 17), "substance_done", "逐要素核对完毕。")
    done.move(first, date(2026, 9, 17), "consult", "职责、内设机构、编制是否与三定规定一致？",
              organ="X区委编办")
    done.move(first, date(2026, 9, 22), "consult_answer", "一致，无意见。",
              to=queries.consultations(done.made)[0].seq)
    done.move(first, date(2026, 9, 22), "consult_done", "答复已收齐。")
    done.answer(second, date(2026, 9, 23), second=True)
    done.move(second, date(2026, 9, 24), "propose",
              "经核对，该局依法设立，职权有国务院批准和省人民政府决定，以自己的名义作出决定，编制、经费、"
              "印章齐备，能独立承担责任，已向社会公布。建议确认，事项范围以事项清单为准。",
              result="CONFIRMED", valid_from="2026-10-12", valid_to="2029-10-12")
    done.move(second, date(2026, 9, 28), "approve", "区政府常务会议同意。",
              document="X区政复〔2026〕18号")
    for code in (papers.CERTIFICATE, papers.ANNOUNCEMENT):
        day = date(2026, 9, 29)
        papers.issue(done.made, code, day, by=second, at=_moment(day))
    done.move(second, date(2026, 10, 12), "announce", "已在门户网站公布。",
              announcement="X府告〔2026〕1号，区政府门户网站")
    done.move(first, date(2026, 10, 15), "close", "已归档。")
    now = Desk(_begin(IN_WORK, date(2026, 11, 16), date(2026, 11, 16), first))
    now.move(first, date(2026, 11, 17), "accept", "三定规定、任命文件已登记，其余材料随后核对。")
    now.move(first, date(2026, 11, 20), "form_done",
             "设立批准、编制、经费材料尚未登记，须核对原件。")
    services.agree(now.made, by=first, at=_moment(date(2026, 11, 23)), second=False)
    return 2


class Desk:
    """One verification and who acts on it when."""

    def __init__(self, made: Verification) -> None:
        self.made = made

    def move(self, by: User, day: date, name: str, comment: str, **facts: Any) -> None:
        services.move(self.made, name, Said(day, comment, facts), by=by, at=_moment(day))

    def answer(self, by: User, day: date, *, second: bool = False) -> None:
        moment = _moment(day)
        services.agree(self.made, by=by, at=moment, second=second)
        for row in self.made.elements:
            if (row.second_answer if second else row.answer) is None:
                services.answer(self.made, row.code, "pass", REASONS.get(row.code, SEEN), by=by,
                                at=moment, second=second)


def _begin(name: str, applied_on: date, as_of: date, by: User) -> Verification:
    organ: Organ | None = organs.by_name(name)
    assert organ is not None
    waiting = {"m02", "m06", "m07", "m08", "m13"} if name == IN_WORK else set()
    materials = [{**row, "given": row["id"] not in waiting,
                  "note": "名录未登记，待核对原件" if row["id"] in waiting else ""}
                 for row in services.blank_materials()]
    return services.open_(organ, "first", applied_on, as_of, materials, by=by,
                          at=_moment(applied_on))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(10), BEIJING).astimezone(UTC)
