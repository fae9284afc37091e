"""Import approval records: check all, then take the right ones in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from app.approvals.models import ApprovalRecord
from app.approvals.record_format import FORMAT
from app.approvals.validate import FILE, REFUSED, WARNING, FormatError, RecordCheck
from app.approvals.values import Moment
from app.audit.services import log
from app.extensions import db
from app.licensing import queries as licensing
from app.organs import queries as organs

REMEDY = ("告知复议", "告知诉讼", "复议机关", "复议期限", "起诉期限", "管辖法院", "复议前置告知")
_BATCH = 500


@dataclass
class ImportReport:
    """What a package holds and what became of it; ``as_dict`` is the format's section 4."""

    file: str
    total: int = 0
    good: list[tuple[dict[str, Any], RecordCheck]] = field(default_factory=list)
    refused: int = 0
    skipped: int = 0
    errors: list[FormatError] = field(default_factory=list)

    @property
    def importable(self) -> int:
        return len(self.good)

    @property
    def unreadable(self) -> bool:
        return any(error.level == FILE for error in self.errors)

    def as_dict(self) -> dict[str, Any]:
        warnings = sum(error.level == WARNING for error in self.errors)
        return {"summary": {"办件总数": self.total, "可导入": self.importable, "拒收": self.refused,
                            "相同跳过": self.skipped, "警告": warnings},
                "errors": [error.as_dict(number, self.file)
                           for number, error in enumerate(self.errors, 1)]}


def check_package(data: bytes, file: str) -> ImportReport:
    """Check a JSON package without writing anything.

    A file that cannot be read comes back with one error of level 文件级 and nothing else.
    """
    report = ImportReport(file)
    cases = _cases(data, report)
    report.total = len(cases)
    catalogue = cache(licensing.names)
    checks = [RecordCheck(raw, number, catalogue) for number, raw in enumerate(cases)]
    times = Counter(check.case_no for check in checks if check.case_no)
    held = _held([check.case_no for check in checks])
    for number, (raw, check) in enumerate(zip(cases, checks, strict=True)):
        if times[check.case_no] > 1:
            _double(check, number, f"办件编号在本文件中出现{times[check.case_no]}次。")
        report.errors += check.errors
        if check.refused:
            report.refused += 1
        elif check.case_no not in held:
            report.good.append((raw, check))
        elif held[check.case_no] == content_hash(check.clean):
            report.skipped += 1
        else:
            _double(check, number, "库内已有这个办件编号而内容不同。")
            report.errors.append(check.errors[-1])
            report.refused += 1
    return report


def import_package(data: bytes, file: str, *, by: str, at: datetime) -> ImportReport:
    """Check a package and write the right records; the caller commits, so that all or none stay."""
    report = check_package(data, file)
    for place, (raw, check) in enumerate(report.good, 1):
        db.session.add(_record(raw, check.clean, file, at))
        if place % _BATCH == 0:
            db.session.flush()
    db.session.flush()
    if not report.unreadable:
        log("records_imported", file, by=by, at=at, sha256=hashlib.sha256(data).hexdigest(),
            summary=report.as_dict()["summary"])
    return report


def content_hash(clean: dict[str, Any]) -> str:
    """SHA-256 of the normalised content: the form of a date or an empty key makes no difference."""
    return hashlib.sha256(json.dumps(_plain(clean), ensure_ascii=False, sort_keys=True,
                                     separators=(",", ":")).encode()).hexdigest()


def _cases(data: bytes, report: ImportReport) -> list[Any]:
    """The package's records; what is wrong with the file as a whole goes into the report."""
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        return _unreadable(report, "这是表格或者压缩文件，目前支持 JSON 载体。",
                           "请导出为 xk-record/1 的 JSON 后导入。")
    try:
        package = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _unreadable(report, "文件不是 UTF-8 编码，读不出来。", "请以 UTF-8 重新导出。")
    except json.JSONDecodeError as error:
        where = f"第{error.lineno}行第{error.colno}列"
        return _unreadable(report, f"不是完整的 JSON：{where}读不下去。",
                           "目前支持 JSON 载体，请重新导出后导入。")
    except (RecursionError, ValueError):
        return _unreadable(report, "JSON 的层次过深或者数字过长，读不出来。",
                           "请在原系统重新导出。")
    if not _storable(package):
        return _unreadable(report, "文件含有空字符或者半个代理字符，不能保存。",
                           "请在原系统清理后重新导出。")
    if not isinstance(package, dict) or package.get("format") != FORMAT:
        return _unreadable(report, f"format 应为“{FORMAT}”。", "核对导出的格式版本。")
    if not isinstance(package.get("cases"), list):
        return _unreadable(report, "cases 应为办件的数组。", "核对导出的格式。")
    cases: list[Any] = package["cases"]
    return cases


def _storable(package: Any) -> bool:
    """A NUL (PostgreSQL) or half a surrogate pair (UTF-8) cannot be stored."""
    try:
        json.dumps(package, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in json.dumps(package)


def _unreadable(report: ImportReport, message: str, advice: str) -> list[Any]:
    report.errors.append(FormatError(FILE, "—", "—", "", "—", "XK-E11", "", message, advice))
    return []


def _double(check: RecordCheck, number: int, message: str) -> None:
    check.errors.append(FormatError(REFUSED, "办件", f"cases[{number}]", check.case_no,
                                    "办件编号", "XK-E07", check.case_no, message))


def _held(numbers: list[str]) -> dict[str, str]:
    """Case number -> content hash of those already in the database."""
    found: dict[str, str] = {}
    for start in range(0, len(numbers), _BATCH):
        found |= {no: digest for no, digest in db.session.execute(
            select(ApprovalRecord.case_no, ApprovalRecord.content_hash)
            .where(ApprovalRecord.case_no.in_(numbers[start:start + _BATCH])))}
    return found


def _record(raw: dict[str, Any], clean: dict[str, Any], file: str, at: datetime) -> ApprovalRecord:
    result = clean["结果"]
    organ = organs.find(result["XK_XKJG"], result["XK_XKJGDM"])
    signer_name = result.get("决定署名机关") or result["XK_XKJG"]
    signer = organs.find(signer_name, result.get("决定署名机关代码") or "")
    served = result.get("送达时间")
    return ApprovalRecord(
        case_no=clean["办件编号"], item_code=clean.get("事项编号"), item_name=clean["事项名称"],
        applicant_name=clean["申请者名称"], applicant_type=clean["申请者类型"],
        applicant_id_type=clean["证件类型代码"], applicant_id_no=clean["证件号码"],
        applied_on=clean["申请时间"].day,
        received_on=(clean.get("收件时间") or clean["申请时间"]).day,
        accepted_on=clean["受理时间"].day, decided_on=result["XK_JDRQ"],
        served_on=served.day if served else None, outcome=result["办结结果"],
        doc_no=result["XK_WSH"], doc_title=result["XK_XKWS"],
        organ_id=organ.id if organ else None, organ_name=result["XK_XKJG"],
        organ_code=result["XK_XKJGDM"], signer_id=signer.id if signer else None,
        signer_name=signer_name, seal_name=result.get("印章名称"),
        remedy={name: result[name] for name in REMEDY if result.get(name)},
        data=raw, content_hash=content_hash(clean), source=file, imported_at=at)


def _plain(value: Any) -> Any:
    """JSON of the normalised content without what says nothing."""
    if isinstance(value, Moment):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain for key, each in value.items()
                if (plain := _plain(each)) not in (None, "", [], {})}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
