"""Questions to verifications: who may see them, what is missing, which certificate is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.documents.models import Document
from app.extensions import db
from app.organs import queries as organs
from app.organs import records
from app.organs.models import Organ, OrganRecord
from app.paging import Page, paginate
from app.rules.derivations import Derivation
from app.rules.standing_elements import elements, table
from app.rules.standing_facts import LICENSING
from app.standing import queries as ledger
from app.standing.verification import flow
from app.standing.verification.collecting import catalog_version, item_on
from app.standing.verification.models import (
    RESULTS,
    Verification,
    VerificationElement,
    VerificationStep,
)

IN_FORCE = ("announced", "closed")


def scoped_to(user: User) -> Select[Any]:
    """What this user may open: the justice bureau and the government all, others their own."""
    wanted = select(Verification)
    if organs.sees_district(user.organ):
        return wanted
    return wanted.where(Verification.organ_id == user.organ_id)


def get(user: User, verification_id: int) -> Verification | None:
    return db.session.scalar(scoped_to(user).where(Verification.id == verification_id))


def listed(user: User, *, text: str = "", state: str = "", result: str = "", sort: str = "",
           page: int = 1, per_page: int = 50) -> Page[Verification]:
    columns = {"number": Verification.id, "applied": Verification.applied_on,
               "to": Verification.valid_to}
    wanted = scoped_to(user).options(joinedload(Verification.organ)).join(Verification.organ)
    if text:
        wanted = wanted.where(or_(Organ.name.contains(text, autoescape=True),
                                  Verification.number.contains(text, autoescape=True),
                                  Verification.certificate_no.contains(text, autoescape=True)))
    if state == "open":
        wanted = wanted.where(Verification.state.not_in(("closed", "withdrawn")))
    elif state:
        wanted = wanted.where(Verification.state == state)
    if result:
        wanted = wanted.where(Verification.result == result)
    column = columns.get(sort.removeprefix("-"), Verification.id)
    down = sort.startswith("-") or not sort
    return paginate(wanted.order_by(column.desc() if down else column, Verification.id.desc()),
                    page, per_page)


def steps(made: Verification) -> list[VerificationStep]:
    return list(db.session.scalars(select(VerificationStep).where(
        VerificationStep.verification_id == made.id).order_by(VerificationStep.seq)))


@dataclass(frozen=True)
class Consultation:
    """One question to one organ, and its answer when there is one."""

    seq: int
    organ: str
    asked: VerificationStep
    answer: VerificationStep | None
    due: Derivation | None


def consultations(made: Verification) -> list[Consultation]:
    rows = steps(made)
    answers = {row.facts["to"]: row for row in rows if row.name == "consult_answer"}
    return [Consultation(row.seq, row.facts["organ"], row, answers.get(row.seq),
                         table().steps["consulting"].due(row.occurred_on))
            for row in rows if row.name == "consult"]


def settlements(made: Verification) -> dict[str, VerificationStep]:
    """Element -> the last settlement of a disagreement on it."""
    return {row.facts["code"]: row for row in steps(made) if row.name == "settle"}


def differing(made: Verification) -> list[VerificationElement]:
    """Where both reviewers answered, and not alike."""
    return [row for row in made.elements if row.answer and row.second_answer
            and row.answer != row.second_answer]


def disagreements(made: Verification) -> list[VerificationElement]:
    """Those of ``differing`` that are not settled.

    A settlement is of two given answers; when one of them is changed it no longer counts.
    """
    settled = settlements(made)
    return [row for row in differing(made) if row.code not in settled
            or settled[row.code].facts["of"] != [row.answer, row.second_answer]]


def final_answers(made: Verification) -> dict[str, str]:
    """What counts for each answered element: the common answer, or the settlement."""
    settled, found = settlements(made), {}
    open_ones = {row.code for row in disagreements(made)}
    for row in made.elements:
        if row.code in open_ones or not (row.answer and row.second_answer):
            continue
        found[row.code] = (row.answer if row.answer == row.second_answer
                           else settled[row.code].facts["answer"])
    return found


def missing(made: Verification, name: str) -> list[str]:
    """What stands in the way of a step, in Chinese; empty when it may be done."""
    short = elements()

    def names(rows: list[VerificationElement]) -> str:
        return "、".join(short[row.code].short for row in rows)

    if name == "accept":
        titles = {row.id: row.title for row in table().materials.values()}
        lacking = [titles[row["id"]] for row in made.materials
                   if row["id"] in titles and not row["given"] and not row.get("note")]
        return [f"材料没有交齐，也没有注明原因：{'、'.join(lacking)}"] if lacking else []
    if name == "ask_correction" and any(row.name == "ask_correction" for row in steps(made)):
        return ["补正应当一次告知，已经告知过"]
    if name == "substance_done":
        left = [row for row in made.elements if row.answer is None]
        return [f"还有要素没有核对：{names(left)}"] if left else []
    if name == "consult_done":
        waiting = [each.organ for each in consultations(made) if each.answer is None]
        if not consultations(made):
            return ["还没有征求任何机关的意见"]
        return [f"还没有收到答复：{'、'.join(waiting)}（逾期未答复的，登记“逾期未答复”）"
                ] if waiting else []
    if name == "propose":
        left = [row for row in made.elements if row.second_answer is None]
        out = [f"还有要素没有复核：{names(left)}"] if left else []
        if open_ones := disagreements(made):
            out.append(f"初核和复核有分歧，尚未处理：{names(open_ones)}")
        return out
    if name == "settle" and not disagreements(made):
        return ["没有待处理的分歧"]
    if name == "consult_answer" and all(row.answer for row in consultations(made)):
        return ["没有等待答复的征求意见"]
    if name in ("approve", "announce") and made.result == "NOT_CONFIRMED":
        return ["不予确认的，送达后直接归档"]
    if name == "announce" and made.result in flow.CONFIRMING and made.document_id is None:
        return ["还没有制发确认书"]
    if name == "close" and made.state == "proposed" and made.result != "NOT_CONFIRMED":
        return ["确认、注销须经政府批准并公告后归档"]
    return []


def possible(made: Verification) -> list[tuple[flow.Move, list[str]]]:
    """Every step of the present state, with what is missing for it."""
    return [(move, missing(made, move.name)) for move in flow.MOVES.values()
            if made.state in move.sources]


def since(made: Verification) -> date:
    """The day on which the present state began."""
    found = made.applied_on
    for row in steps(made):
        if row.name in flow.MOVES and flow.MOVES[row.name].target:
            found = row.occurred_on
    return found


def due(made: Verification) -> Derivation | None:
    return flow.due(made.state, since(made))


def held_licences(made: Verification, on: date | None = None) -> list[dict[str, Any]]:
    """The licences held on the day of the check (or ``on``), with the catalogue's names."""
    day = on or made.as_of
    found: dict[str, dict[str, Any]] = {}
    for row in ledger.held_by(made.organ, day):
        if row.power in LICENSING and row.item not in found:
            item = item_on(row.item, day) or {}
            found[row.item] = {"code": row.item, "name": str(item.get("name") or ""),
                               "mode": row.mode, "since": row.valid_from.isoformat(),
                               "basis": row.basis_doc, "power": row.power}
    return list(found.values())


def snapshot(made: Verification, on: date | None = None) -> dict[str, Any]:
    """What a certificate rests on: items, seals in use, the head, the catalogue's number."""
    day = on or made.as_of
    held = ledger.held_by(made.organ, day)
    return {"items": sorted({row.item for row in held if row.power in LICENSING}),
            "seals": sorted(seal.name for seal in organs.seals_on(made.organ, day)),
            "catalog_version": catalog_version(day)}


def outdated(made: Verification, on: date) -> list[str]:
    """Why the certificate must be replaced: the items or the seals are no longer those it says."""
    taken = next((row.facts["snapshot"] for row in reversed(steps(made))
                  if row.name == "propose" and "snapshot" in row.facts), None)
    if taken is None or made.result not in flow.CONFIRMING:
        return []
    today, out = snapshot(made, on), []
    for key, label in (("items", "事项"), ("seals", "印章")):
        more = sorted(set(today[key]) - set(taken[key]))
        less = sorted(set(taken[key]) - set(today[key]))
        out += [f"新增{label}{'、'.join(more)}"] if more else []
        out += [f"减少{label}{'、'.join(less)}"] if less else []
    return out


def certificates(organ: Organ) -> list[Verification]:
    """All that were announced, newest first, revocations too."""
    return list(db.session.scalars(select(Verification).where(
        Verification.organ_id == organ.id, Verification.state.in_(IN_FORCE),
        Verification.result.in_((*flow.CONFIRMING, "REVOKED")),
        Verification.valid_from.is_not(None))
        .order_by(Verification.valid_from.desc(), Verification.id.desc())))


def ends_on(made: Verification) -> date | None:
    """The first day on which the certificate no longer counts: its own end, or the next one's."""
    later = [each.valid_from for each in certificates(made.organ)
             if each.replaces_id == made.id and each.valid_from]
    return min([*later, *([made.valid_to] if made.valid_to else [])], default=None)


def certificate_on(organ: Organ, on: date) -> Verification | None:
    """The certificate in force on the day; None also after its end or its revocation."""
    for made in certificates(organ):
        if made.valid_from and made.valid_from <= on:
            end = ends_on(made)
            alive = made.result in flow.CONFIRMING and (end is None or on < end)
            return made if alive else None
    return None


# Which of the register's records prove an element.
PROVING = {
    "E1_ESTABLISHED": ("establishment",), "E2_SANDING": ("sanding",),
    "E3_POWER_BASIS": ("power_basis",), "E6_STAFF": ("staffing", "officer"),
    "E7_FUND": ("funding",), "E9_LEGAL_REP": ("legal_rep",), "E10_LIABILITY": ("liability",),
    "E11_PUBLISHED": ("publication",), "E13_DELEGATION": ("delegation",),
}


def proofs(made: Verification, code: str) -> list[OrganRecord]:
    """The records of the day of the check that speak to an element."""
    found = records.on_day(made.organ, made.as_of)
    return [row for kind in PROVING.get(code, ()) for row in found[kind]]


def document(made: Verification, document_id: int) -> Document | None:
    return db.session.scalar(select(Document).where(
        Document.id == document_id, Document.subject == f"standing:{made.id}"))


def result_label(made: Verification) -> str:
    return RESULTS[made.result] if made.result else "—"
