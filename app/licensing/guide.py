"""The 办事指南 of an item: the eight matters of 许可法30①, intermediaries, fee, remedies.

Made from the catalogue and the 实施规范 of the day; what they do not say is shown as missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.licensing import particulars, queries, remedies
from app.licensing.bases import citations
from app.licensing.models import ItemFile, ItemVersion
from app.licensing.particulars_shape import BY_NAME
from app.licensing.remedies import Remedy
from app.rules.review.publishing import MATTERS, lacking

NOT_SAID = "（没有填写）"


@dataclass(frozen=True)
class Part:
    """A heading of the guide. ``lines`` below it, or a table of ``heads`` and ``rows``.

    ``matter``: which of the eight it is, else empty; ``cites``: lines that are citations.
    """

    title: str
    lines: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    matter: str = ""
    cites: bool = False


@dataclass(frozen=True)
class Guide:
    """``gaps``: (matter, what is missing) of the eight; complete where it is empty."""

    version: ItemVersion
    on: date
    parts: tuple[Part, ...]
    gaps: tuple[tuple[str, str], ...] = ()
    file: ItemFile | None = None
    missing: frozenset[str] = field(default_factory=frozenset)
    remedy: Remedy | None = None

    @property
    def complete(self) -> bool:
        return not self.gaps


def guide(version: ItemVersion, on: date) -> Guide:
    """The guide of one item as of ``on``."""
    return _guide(version, on, particulars.on(version.item_id, on),
                  remedies.of_item(version.code, on))


def guides(on: date, text: str = "", state: str = "") -> list[Guide]:
    """Guides of all items of the day by code; ``state``: complete, gaps or empty for both."""
    files = particulars.on_all(on)
    text = text.strip()
    found = [_guide(version, on, files.get(version.item_id)) for version in queries.catalogue(on)
             if text in version.name or text == version.code
             or text in version.original_department]
    return [one for one in found if not state or one.complete == (state == "complete")]


def _guide(version: ItemVersion, on: date, file: ItemFile | None,
           remedy: Remedy | None = None) -> Guide:
    said: Mapping[str, Any] = file.content if file else {}
    gaps = tuple(lacking(said, name=version.name, bases=version.bases))
    return Guide(version, on, tuple(_parts(version, said, remedy)), gaps, file,
                 frozenset(matter for matter, _ in gaps), remedy)


def _parts(version: ItemVersion, said: Mapping[str, Any],
           remedy: Remedy | None) -> list[Part]:
    return [
        Part(MATTERS[0], (f"{version.name}（{version.code}）",), matter="事项"),
        Part("由谁决定", (f"由{remedy.decider}作出决定并盖章",) if remedy else ()),
        Part(MATTERS[1], tuple(cite for base in version.bases for cite in citations(base))
             or tuple(version.bases), matter="依据", cites=True),
        Part(MATTERS[2], tuple(row["text"] for row in said.get("conditions") or ()),
             matter="条件"),
        Part(MATTERS[3], _quota(said.get("quota") or {}), matter="数量"),
        Part(MATTERS[4], tuple(filter(None, ((said.get("procedure") or {}).get("steps", "")
                                             .splitlines()))), matter="程序"),
        Part(MATTERS[5], _limit(version, said), matter="期限"),
        _materials(said), _form(said), _intermediaries(said), _fee(version, said),
        _hearing(said), _certificate(version, said), _remedies(said, remedy), _where(said),
    ]


def _quota(quota: Mapping[str, Any]) -> tuple[str, ...]:
    if quota.get("limited") is None:
        return ()
    if not quota["limited"]:
        return ("没有数量限制",)
    return tuple(filter(None, (quota.get("total"), quota.get("method") and
                               f"以{quota['method']}的方式分配", quota.get("basis"))))


def _span(said: Mapping[str, Any], name: str, unit: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    unit_text = said.get(unit) or "工作日"
    return "当场" if value == 0 else f"{value}{'个' if unit_text == '工作日' else ''}{unit_text}"


def _limit(version: ItemVersion, said: Mapping[str, Any]) -> tuple[str, ...]:
    limit = said.get("limit") or {}
    statutory, promised = _span(limit, "statutory", "statutory_unit"), \
        _span(limit, "promised", "promised_unit")
    lines = []
    if statutory:
        basis = limit.get("statutory_basis")
        lines.append(f"法定时限：{statutory}" + (f"（{basis}）" if basis else ""))
    if promised:
        lines.append(f"承诺时限：{promised}")
    if extension := _span(limit, "extension", "extension_unit"):
        lines.append(f"可以延长{extension}，由{limit.get('extension_by', NOT_SAID)}批准，"
                     "并告知申请人理由")
    lines += [f"不计入时限：{row['step']}（{row.get('basis', '没有写依据')}）"
              for row in said.get("excluded") or ()]
    if delivery := _span(said.get("procedure") or {}, "delivery_limit", "delivery_unit"):
        lines.append(f"作出决定后{delivery}内颁发、送达证件")
    return tuple(lines)


def _materials(said: Mapping[str, Any]) -> Part:
    rows = tuple((str(number), row["name"], row.get("form", ""), str(row.get("copies", "")),
                  {True: "原件", False: "复印件"}.get(row.get("original"), ""),
                  row.get("source", "") + ("（已共享，不必提交）" if row.get("sharing", "")
                                           .startswith("已共享") else ""))
                 for number, row in enumerate(said.get("materials") or (), 1))
    return Part(MATTERS[6], heads=("序号", "材料", "形式", "份数", "原件", "来源"), rows=rows,
                matter="材料目录")


def _form(said: Mapping[str, Any]) -> Part:
    form = said.get("form") or {}
    lines = (f"{form.get('name', '申请书')}：在办理地点和网站领取，不收费",) \
        if form.get("sample") else ()
    return Part(MATTERS[7], lines, matter="申请书示范文本")


def _intermediaries(said: Mapping[str, Any]) -> Part:
    services = said.get("intermediaries")
    if services == []:
        return Part("法定中介服务", ("不需要中介服务",))
    return Part("法定中介服务", heads=("名称", "依据", "谁委托", "谁付费"),
                rows=tuple((row["name"], row.get("basis", ""), row.get("commissioned_by", ""),
                            row.get("payer", "")) for row in services or ()))


def _fee(version: ItemVersion, said: Mapping[str, Any]) -> Part:
    fee = said.get("fee") or {}
    if fee.get("charged") is None:
        return Part("收费", (version.fee,) if version.fee else ())
    if not fee["charged"]:
        return Part("收费", ("不收费",))
    return Part("收费", tuple(filter(None, (
        "收费", fee.get("standard"), fee.get("basis") and f"依据：{fee['basis']}"))))


def _hearing(said: Mapping[str, Any]) -> Part:
    hearing = said.get("hearing") or {}
    lines = []
    if hearing.get("ex_officio"):
        lines.append("依法举行听证，向社会公告")
    if hearing.get("told"):
        lines.append(f"直接涉及申请人与他人重大利益的，告知听证权利：{hearing.get('apply_days', 5)}"
                     f"日内申请，{hearing.get('organise_days', 20)}日内组织，不收费")
    return Part("听证", tuple(lines))


def _certificate(version: ItemVersion, said: Mapping[str, Any]) -> Part:
    certificate, validity = said.get("certificate") or {}, said.get("validity") or {}
    name = certificate.get("name") or version.certificate
    lines = [f"证件：{name}"] if name else []
    if validity.get("limited"):
        lines.append(f"有效期：{validity.get('period', NOT_SAID)}")
        if validity.get("renewable"):
            lines.append(f"届满{validity.get('renewal_days', 30)}日前申请延续；"
                         "逾期未作决定的，视为准予延续")
    elif validity.get("limited") is False:
        lines.append("有效期：没有期限")
    return Part("证件和有效期", tuple(lines))


def _remedies(said: Mapping[str, Any], remedy: Remedy | None) -> Part:
    """Who decides on the day tells where to go; the written line only where nobody is known to."""
    procedure, place = said.get("procedure") or {}, said.get("guide") or {}
    written = procedure.get("remedy_text")
    lines = [remedy.text, remedy.silence] if remedy else [written] if written else []
    if place.get("complaint"):
        lines.append(f"投诉电话：{place['complaint']}")
    return Part("救济和投诉", tuple(lines))


def _where(said: Mapping[str, Any]) -> Part:
    place, section = said.get("guide") or {}, BY_NAME["guide"]
    names = ("place", "hours", "phone", "website")
    return Part("在哪里办", tuple(
        f"{found.label}：{place[name]}" for name in names
        if place.get(name) and (found := section.field(name))))
