"""The standing file for court: who held this power on that day, with everything it stands on.

For an item and a day (and an act): question, answer and derivation, ledger rows as known on a day,
basis documents with their hashes, the organ's records and seals of the day, the certificate of
standing where there is one, the articles as of the day, and a list of hashes. Stored PDFs follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from app.evidence import store
from app.evidence.models import StoredFile
from app.extensions import db
from app.laws import queries as laws
from app.organs import queries as organs
from app.organs.models import KINDS, RECORDS, Organ, OrganRecord
from app.standing import court_pdf
from app.standing.competence import Answer
from app.standing.court_pdf import Appended, Book, Part
from app.standing.models import IN_FLIGHT, POWERS, PowerLedger
from app.standing.verification import queries as verification
from app.standing.verification.models import RESULTS, Verification
from app.today import day_of

_NONE = "没有登记"


@dataclass(frozen=True)
class Paper:
    """A stored file that proves something: listed by its hash, appended where it is a PDF."""

    title: str
    sha256: str
    name: str
    why_not: str = ""  # why its pages do not follow


@dataclass
class _Gathered:
    papers: list[Paper] = field(default_factory=list)

    def add(self, title: str, sha256: str | None, name: str) -> str:
        """The hash as shown; each file is taken once."""
        if not sha256:
            return "没有存电子文件"
        if all(paper.sha256 != sha256 for paper in self.papers):
            self.papers.append(Paper(title, sha256, name or title))
        return sha256


def make(answer: Answer, *, made_on: date, act: str = "", title: str = "") -> bytes:
    """The file as a PDF; the same registers and arguments give the same bytes.

    ``act``: the document in dispute, as its number or a line of words; ``title``: the item's name.
    """
    papers = _Gathered()
    question = answer.question
    named = organs.by_name(answer.ruled.named_organ or answer.ruled.organ or "")
    known = f"{answer.known_on}" if answer.known_on else f"{made_on}"
    book = Book(
        "行政主体与职权文件", f"事项 {question.item} {title or answer.item.name}".strip(),
        [("事项", f"{question.item} {title or answer.item.name}".strip()),
         ("职权", POWERS[question.power]), ("行为之日", str(question.on)),
         *([("所涉行为", act)] if act else []),
         *([("许可申请日", str(question.apply_date))] if question.apply_date else []),
         ("机关", answer.ruled.organ or "没有持有机关"),
         ("结论", _conclusion(answer)), ("台账按哪一日所知", known), ("制作日期", str(made_on))],
        footer=f"事项 {question.item}，{question.on}，{POWERS[question.power]}")
    book.parts = [_derivation(answer), _ledger(answer), _bases(answer, papers),
                  *_organ(named, question.on, papers),
                  _certificate(named, question.on, papers), _articles(answer)]
    files, listed = _files(papers.papers)
    book.parts.append(_hashes(listed))
    return court_pdf.append(court_pdf.make(book), files)


def _conclusion(answer: Answer) -> str:
    reason = f"：{answer.ruled.words}（{answer.reason}）" if answer.reason else ""
    return f"{answer.outcome_label}{reason}"


def _derivation(answer: Answer) -> Part:
    ruled, question = answer.ruled, answer.question
    lines = [f"问：{question.on}，事项 {question.item} 的{POWERS[question.power]}，"
             f"“{ruled.organ or '任何机关'}”是否有权行使？",
             f"答：{_conclusion(answer)}。"]
    if ruled.named_organ:
        lines.append(f"应以“{ruled.named_organ}”的名义，使用印章“{answer.seal or '没有登记'}”。")
    lines += [f"提示：{warning}" for warning in ruled.warnings]
    return Part("一、问题、结论和推导", lines,
                [["步骤", "问", "答", "依据"],
                 *([str(step.number), step.asked, step.answer, step.rule]
                   for step in ruled.steps)], (14, 58, 56, 38))


def _ledger(answer: Answer) -> Part:
    ids = [row.id for row in answer.ledger if row.id is not None
           and row.power == answer.question.power]
    held = db.session.scalars(select(PowerLedger).where(PowerLedger.id.in_(ids))
                              .order_by(PowerLedger.valid_from, PowerLedger.id)).all()
    rows = [[row.organ.name, row.mode, str(row.valid_from),
             str(row.valid_to or "至今"), row.basis_doc
             + (f"；在途件{IN_FLIGHT.get(row.in_flight, row.in_flight)}"
                if row.mode == "相对集中" else "")
             + (f"，至{row.residual_until}（含）" if row.residual_until else ""),
             f"{_moment(row.known_from)} {row.entered_by}"] for row in held]
    return Part("二、职权台账", ["按所载日期所知，起始日当日起持有，终止日当日不再持有。"],
                [["机关", "方式", "自", "至（不含）", "依据", "登记"], *rows] if rows else (),
                (38, 18, 22, 22, 40, 26), () if rows else ["台账没有这一行。"])


def _bases(answer: Answer, papers: _Gathered) -> Part:
    rows = [[document, "台账所载文号", "—"] for document in answer.ruled.basis]
    rows += [[record.doc_no or record.title, f"{RECORDS[record.kind]}：{record.title}",
              papers.add(record.title, record.file_sha256, record.file_name)]
             for record in answer.records]
    return Part("三、依据文件", (), [["文号", "是什么", "文件的 SHA-256"], *rows] if rows else (),
                (46, 50, 70), () if rows else [f"依据文件{_NONE}。"])


def _organ(organ: Organ | None, on: date, papers: _Gathered) -> Iterable[Part]:
    if organ is None:
        yield Part("四、机关", ["机关名录里没有这个机关。"])
        return
    until = f"，{organ.valid_to}起撤销" if organ.valid_to else ""
    lines = [f"名称：{organ.name}；性质：{KINDS[organ.kind]}；"
             f"统一社会信用代码：{organ.code or '未载明'}；{organ.valid_from}设立{until}。",
             f"所属人民政府：{organ.parent.name if organ.parent else '未载明'}；"
             f"地址：{organ.address or '未载明'}。"]
    kept = db.session.scalars(select(OrganRecord).where(
        OrganRecord.organ_id == organ.id, OrganRecord.voided_at.is_(None),
        OrganRecord.kind.not_in(("officer",)), OrganRecord.valid_from <= on)
        .order_by(OrganRecord.kind, OrganRecord.valid_from, OrganRecord.id))
    rows = [[RECORDS[row.kind], f"{row.title} {row.doc_no}".strip(),
             f"{row.valid_from} 起{f'至 {row.valid_to}（不含）' if row.valid_to else ''}",
             papers.add(row.title, row.file_sha256, row.file_name)]
            for row in kept if row.valid_to is None or row.valid_to > on]
    yield Part("四、机关的登记（当日）", lines,
               [["种类", "文件或者姓名", "期间", "文件的 SHA-256"], *rows] if rows else (),
               (28, 48, 34, 56), () if rows else [f"设立、三定等记录{_NONE}。"])
    seals = [[seal.name, f"{seal.valid_from} 启用"
              + (f"，{seal.valid_to} 停用" if seal.valid_to else ""), seal.notice or "未载明",
              papers.add(f"印模 {seal.name}", seal.image_sha256, seal.image_name)]
             for seal in organs.seals_on(organ, on)]
    yield Part("五、印章（当日在用）", (),
               [["印章", "启用停用", "启用公告", "印模的 SHA-256"], *seals] if seals else (),
               (50, 34, 26, 56), () if seals else ["当日没有登记在用的印章。"])


def _certificate(organ: Organ | None, on: date, papers: _Gathered) -> Part:
    heading = "六、行政主体资格确认"
    made: Verification | None = verification.certificate_on(organ, on) if organ else None
    if made is None:
        return Part(heading, ["当日没有在有效期内的确认书。确认是宣示与核验，不是职权的来源，"
                              "没有确认书不等于没有资格（领域指南 B.0）。"])
    file = made.document.file_sha256 if made.document else None
    return Part(heading, ["确认是宣示与核验，不是职权的来源。"],
                [["证号", "结果", "有效期", "政府批准", "文件的 SHA-256"],
                 [made.certificate_no or "未编号", RESULTS.get(made.result or "", "—"),
                  f"{made.valid_from} 起{f'至 {made.valid_to}（不含）' if made.valid_to else ''}",
                  made.government_doc or "未载明",
                  papers.add("行政主体资格确认书", file, "确认书")]], (34, 22, 32, 26, 52))


def _articles(answer: Answer) -> Part:
    on, lines = answer.question.on, []
    for cite in dict.fromkeys(answer.ruled.articles):
        try:
            found = laws.article_on(cite, on)
        except ValueError:
            lines.append(f"{cite}：不是可以查的条文。")
            continue
        if isinstance(found, laws.NotHeld):
            lines.append(f"{cite}：法规库没有{on}的文本（{found.reason}）。")
        else:
            lines.append(f"{cite}（{on}有效的文本）：{found.text}")
    return Part("七、所引条文（当日文本）", lines or ["没有引用条文。"])


def _files(papers: Iterable[Paper]) -> tuple[list[Appended], list[Paper]]:
    """What can be appended, and the list in order with what cannot and why."""
    files: list[Appended] = []
    listed, size = [], 0
    for paper in papers:
        row, why = db.session.get(StoredFile, paper.sha256), ""
        if row is None or not store.verify(paper.sha256):
            why = "文件缺失或者内容与哈希不符"
        elif row.media_type != "application/pdf":
            why = "不是 PDF，另附"
        elif size + row.size > court_pdf.MOST_BYTES:
            why = "附件总量过大，另附"
        else:
            size += row.size
            with store.open_file(paper.sha256) as stream:
                files.append(Appended(f"附件{len(files) + 1} {paper.title}", stream.read()))
        listed.append(Paper(paper.title, paper.sha256, paper.name, why))
    return files, listed


def _hashes(papers: list[Paper]) -> Part:
    rows, number = [], 0
    for paper in papers:
        number += not paper.why_not
        rows.append([f"附件{number}" if not paper.why_not else "—", paper.title, paper.name,
                     paper.sha256, paper.why_not or "页面附后"])
    return Part("八、文件和哈希目录", ["以下 SHA-256 可用来核对所附文件与系统所存的是同一份。"]
                if rows else ["没有存有电子文件的依据。"],
                [["编号", "文件", "文件名", "SHA-256", "附后"], *rows] if rows else (),
                (18, 38, 34, 56, 20))


def _moment(at: datetime) -> str:
    return day_of(at).isoformat()
