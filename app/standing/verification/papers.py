"""The certificate (领域指南 B.4) and the announcement of the register: filled, numbered, issued."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.documents import docx
from app.documents import services as documents
from app.documents.catalogue import types
from app.documents.fields import FieldFault
from app.documents.models import Document
from app.extensions import db
from app.organs import queries as organs
from app.organs import records
from app.organs.models import Organ, OrganRecord
from app.organs.record_kinds import POWER_STEPS
from app.standing.verification import flow, queries
from app.standing.verification.models import KINDS, RESULTS, Verification
from app.standing.verification.services import Refused, Said, step

FAULTS = (Refused, documents.DocumentRefused, FieldFault, docx.TemplateFault)
CERTIFICATE, ANNOUNCEMENT = "standing_certificate", "standing_announcement"
# The order of the chain: from the highest to the lowest document.
_CHAIN = list(POWER_STEPS)
NONE = "（名录未登记）"
PARTLY = {"license_review": "，只受理、审核"}  # the decision is another's, e.g. the government's


def certificate_data(made: Verification) -> dict[str, Any]:
    """What the certificate says; facts that are not registered say so in words."""
    organ, on = made.organ, made.as_of
    found = records.on_day(organ, on)
    items = queries.held_licences(made)
    out = {str(row["item"]) for row in made.excluded}
    names = {row["code"]: row["name"] for row in items}
    return _common(made) | {
        "cert_government_doc": made.government_doc, "cert_kind": organ.kind_label,
        "cert_establishment": _cited(found["establishment"]),
        "cert_sanding": _cited(found["sanding"]), "cert_basis": _chain(found["power_basis"], items),
        "cert_from": made.valid_from, "cert_to": made.valid_to, "cert_as_of": on,
        "cert_count": str(len([row for row in items if row["code"] not in out])),
        "cert_catalog": str(queries.snapshot(made)["catalog_version"] or NONE),
        "cert_announcement": _announced(made),
        "cert_excluded": _excluded(made, names),
        "cert_changes": [
            *({"day": each.valid_from,
               "text": f"{KINDS[each.kind]}（{each.certificate_no or NONE}）"}
              for each in reversed(queries.certificates(organ)) if each.id != made.id),
            {"day": made.valid_from, "text": KINDS[made.kind]}],
        "cert_items": [{"code": row["code"], "name": row["name"] or NONE, "since": row["since"],
                        "mode": row["mode"] + PARTLY.get(row["power"], "")}
                       for row in items if row["code"] not in out],
        "cert_seals": [{"name": seal.name, "since": seal.valid_from,
                        "image": "印模已存档" if seal.image_sha256 else "印模另附"}
                       for seal in organs.seals_on(organ, on)],
    }


def announcement_data(made: Verification) -> dict[str, Any]:
    found = records.on_day(made.organ, made.as_of)
    items = queries.held_licences(made)
    out = {str(row["item"]) for row in made.excluded}
    duties = found["sanding"][0].data.get("duties") if found["sanding"] else None
    what = {"first": "新增主体", "change": "主体变更", "revoke": "主体注销"}[made.kind]
    if made.result == "REVOKED":
        span = f"自{_day(made.valid_from)}起注销"
        scope = "注销后，不得再以该机关名义实施行政许可。"
    else:
        span = f"自{_day(made.valid_from)}起，至{_day(made.valid_to)}失效"
        kept = len([row for row in items if row["code"] not in out])
        version = queries.snapshot(made)["catalog_version"]
        scope = f"共{kept}项，见事项目录第{version or '—'}版。"
    office = organs.district_government()
    return _common(made) | {
        "cert_number": made.certificate_no or (made.replaces.certificate_no if made.replaces
                                               else "") or NONE,
        "roster_what": what, "roster_span": span, "roster_duties": duties or [NONE],
        "roster_scope": scope, "phone": _office_phone(office),
        "cert_excluded": _excluded(made, {row["code"]: row["name"] for row in items}),
    }


def data_of(made: Verification, code: str) -> dict[str, Any]:
    data = certificate_data(made) if code == CERTIFICATE else announcement_data(made)
    return types()[code].pick({key: _plain(value) for key, value in data.items()})


def preview(made: Verification, code: str) -> bytes:
    return documents.preview(code, data_of(made, code))


def issue(made: Verification, code: str, on: date, *, by: User, at: datetime) -> Document:
    """Number, render and store. Raises one of FAULTS; the caller commits."""
    _may_issue(made, code)
    if made.government_on and on < made.government_on:
        raise Refused(f"成文日期早于政府批准之日{made.government_on}。")
    government = organs.district_government() or made.organ
    document = documents.draft(None, code, data_of(made, code), by=by, at=at,
                               subject=f"standing:{made.id}")
    number = documents.take_number(code, government.id, on)
    documents.issue(document, number=number, dated_on=on, by=by, at=at)
    if code == CERTIFICATE:
        made.certificate_no, made.document_id = number, document.id
        made.catalog_version = queries.snapshot(made)["catalog_version"]
    db.session.flush()
    step(made, "certificate" if code == CERTIFICATE else "announcement_paper",
         Said(on, f"{document.title}（{number}）"), by=by, at=at)
    return document


def offered(made: Verification) -> list[tuple[str, str]]:
    """(code, title) of what may be issued now."""
    out = []
    for code in (CERTIFICATE, ANNOUNCEMENT):
        try:
            _may_issue(made, code)
        except Refused:
            continue
        out.append((code, types()[code].title))
    return out


def _may_issue(made: Verification, code: str) -> None:
    issued = {row.code for row in documents.of_subject(f"standing:{made.id}")
              if row.status == "issued"}
    if made.state not in ("approved", "announced"):
        raise Refused("政府批准后才能制发。")
    if code in issued:
        raise Refused("已经制发；内容有变的，按变更换证重新确认，旧证保留。")
    if code == CERTIFICATE and made.result not in flow.CONFIRMING:
        raise Refused("只有确认、部分确认的，才制发确认书。")
    if code == ANNOUNCEMENT and made.result in flow.CONFIRMING and made.document_id is None:
        raise Refused("请先制发确认书。")


def _common(made: Verification) -> dict[str, Any]:
    organ, government = made.organ, organs.district_government()
    heads = records.on_day(organ, made.as_of)["legal_rep"]
    head = heads[0] if heads else None
    label = {"CONFIRMED": "确认具有行政主体资格",
             "CONFIRMED_SCOPED": "部分确认具有行政主体资格，排除的事项见下"}
    name = government.name if government else NONE
    return {"organ": name, "office": _office_name(government), "cert_government": name,
            "cert_organ": organ.name, "cert_code": organ.code or NONE,
            "cert_address": organ.address or NONE, "cert_phone": organ.phone or NONE,
            "cert_head": f"{head.title}（{head.data.get('post', '')}，{head.doc_no}）" if head
            else NONE,
            "cert_result": label.get(made.result or "", RESULTS.get(made.result or "", "—"))}


def _office_name(government: Organ | None) -> str:
    office = _office(government)
    return office.name if office else NONE


def _office_phone(government: Organ | None) -> str:
    office = _office(government)
    return (office.phone if office else "") or NONE


def _office(government: Organ | None) -> Organ | None:
    if government is None:
        return None
    return db.session.scalar(db.select(Organ).where(Organ.office_of_id == government.id).limit(1))


def _cited(rows: list[OrganRecord]) -> str:
    return rows[0].doc_no or rows[0].title if rows else NONE


def _chain(rows: list[OrganRecord], items: list[dict[str, Any]]) -> list[str]:
    """The registered documents by rank; those the ledger names where none is registered."""
    rows = sorted(rows, key=lambda row: _CHAIN.index(row.data.get("step", "other")))
    found = [f"{POWER_STEPS.get(row.data.get('step', ''), '文件')}：{row.title}（{row.doc_no}）"
             for row in rows]
    return found or sorted({row["basis"] for row in items}) or [NONE]


def _excluded(made: Verification, names: dict[str, str]) -> list[dict[str, Any]]:
    return [{"item": f"{row['item']} {names.get(row['item'], '')}".strip(), "why": row["why"],
             "due": row["due"]} for row in made.excluded]


def _announced(made: Verification) -> str:
    if made.announced_on:
        return f"{made.announcement}，{_day(made.announced_on)}。"
    due = flow.due("approved", made.government_on) if made.government_on else None
    until = f"，最迟{_day(due.due)}" if due and due.due else ""
    return f"自批准之日起二十个工作日内以行政主体名录公告公布{until}。"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else NONE


def _plain(value: Any) -> Any:
    """Days as text all the way down: a document's data is stored as JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
