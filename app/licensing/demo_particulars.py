"""The 实施规范 of the demo's items: fictional, from the catalogue's columns and a table of kinds.

`demo/particulars.toml` holds conditions and materials by kind of item, and the planted defects.
What a column leaves open (待核) stays unstated, so that a review asks a person.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.config import ROOT
from app.licensing import particulars, queries, remedies
from app.licensing.bases import citations
from app.licensing.models import ItemVersion
from app.licensing.particulars_shape import BRANCHES, CERTIFICATES
from app.rules.review.facts import ReviewFacts
from app.rules.review.limits_in_law import claimed, promised, statutory

TABLE = ROOT / "demo" / "particulars.toml"
LICENSING = "《行政许可法》"
_ON_SITE = re.compile(r"现场|实地|勘查|查验|勘测")
_EIGHT = re.compile(r"听证|招标|检验|检测|检疫|鉴定|专家评审|专家评议")
_CITED = re.compile(r"(?:《[^》]+》|同条例|条例)?第[〇零一二三四五六七八九十百千]+条")
_AFFECTS = re.compile(r"规划许可|听证|公示|利害关系人|占用|广告|渡口|养殖证")
_PLACE = re.compile(r"用地|施工|工程|场所|占用|经营|学校|机构|设施|河道|养殖")


def load(by: str, at: datetime, path: Path = TABLE) -> int:
    """Enter the 实施规范 of every transferred item that has none; the number of those entered."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    start: date = table["valid_from"]
    there = particulars.on_all(date.max)
    count = 0
    for version in queries.catalogue(start):
        if version.mode == "划转" and version.item_id not in there:
            particulars.save(version.item, content(version, table), valid_from=start, by=by,
                             at=at, note="随移交材料首次录入")
            count += 1
    return count


def content(version: ItemVersion, table: Mapping[str, Any]) -> dict[str, Any]:
    """The sections of one item (app/licensing/particulars_shape.py), planted defects included."""
    cites = [cite for base in version.bases for cite in citations(base)]
    main = next((cite for cite in cites if re.search(r"第.+条", cite)), cites[0] if cites else "")
    profile = next(row for row in table["profile"] if re.search(row["match"], version.name))
    said: dict[str, Any] = {
        "conditions": [{**row, "source": main} for row in profile["conditions"]],
        "materials": _materials(version, profile, main),
        "intermediaries": [
            {"name": f"{step}报告编制", "basis": main, "commissioned_by": "申请人",
             "payer": "申请人", "designated": False, "subordinate": False}
            for step in version.special_steps if step.endswith("检测")],
        "demands": {"technology": False, "goods": False, "services": False},
        "form": {"name": f"{version.name[:60]}申请表", "charged": False, "irrelevant": False,
                 "sample": True},
        "service": {"promise": False, "tolerate": False},
        "publication": {"online": True, "online_apply": True, "secret": False,
                        "policy": "公开，不含秘密和隐私", "place": f"{table['bureau']}网站"},
        "territory": {"printed": False, "by_place": bool(_PLACE.search(version.name))},
        "annual": {"kind": "没有"},
        "standard": [{"text": "受理材料核对清单和审查要点", "source": "X审改〔2025〕3号",
                      "kind": "内部流程", "origin": "原部门", "adds": False}],
        "guide": {"place": f"区政务服务中心{int(version.code) % 30 + 1}号窗口",
                  "hours": "工作日9:00—12:00，13:30—17:00", "phone": "0000-0000100",
                  "complaint": "0000-0000110", "website": "https://zwfw.x.example/",
                  "published_on": table["valid_from"].isoformat()},
        "procedure": _procedure(version, table), "certificate": _certificate(version, table),
        "limit": _limit(version), "excluded": _excluded(version), "hearing": _hearing(version),
    }
    said |= _fee(version) | _quota(version, main) | _validity(version, cites, main)
    said |= {"technical": _technical(version, main)}
    if int(version.code) % 4:
        said["evaluation"] = {"last_on": "2025-06-30", "document": "许可实施情况评价报告（2025年）"}
    for defect in table["defect"]:
        if defect["code"] == version.code:
            _plant(said, defect)
    return said


def _plant(said: dict[str, Any], defect: Mapping[str, Any]) -> None:
    section = defect["section"]
    if "row" in defect:
        said[section] = [*said.get(section, []), defect["row"]]
    else:
        said[section] = {**said.get(section, {}), **defect["set"]}


def _facts(version: ItemVersion) -> ReviewFacts:
    return ReviewFacts(version.code, version.valid_from, note=version.note,
                       statutory_limit=version.statutory_limit,
                       promised_limit=version.promised_limit)


def _materials(version: ItemVersion, profile: Mapping[str, Any], main: str) -> list[Any]:
    shared = "身份证件" if re.search(r"资格|注册|驾驶", version.name) else "营业执照或者法人证书"
    own = [{"name": name, "form": "纸质或者电子", "copies": 1, "original": False, "source": main,
            "related": True, "sharing": "不能共享取得", "is_proof": False}
           for name in (f"{version.name[:60]}申请表", *profile["materials"])]
    return [*own, {"name": shared, "form": "电子", "copies": 1, "original": False,
                   "source": main, "related": True, "sharing": "已共享，不再要求提交",
                   "is_proof": False}]


def _procedure(version: ItemVersion, table: Mapping[str, Any]) -> dict[str, Any]:
    on_site = any(_ON_SITE.search(step) for step in version.special_steps)
    middle = [step for step in version.special_steps if step]
    affects = bool(_AFFECTS.search(f"{version.name}；{'；'.join(version.special_steps)}"))
    first = "乡镇人民政府" if "乡村建设规划" in version.name else ""
    remedy = remedies.of_decider(_decider(version, table), table["valid_from"])
    return {
        "steps": "\n".join(["申请", "受理", "审查", *middle, "决定", "制证、送达"]),
        "intake_unit": table["window"], "delivery_office": table["window"],
        "branches": list(BRANCHES), "receipt": True, "correction_limit": 5,
        "correction_unit": "工作日", "correction_repeat": False, "correction_lapse": True,
        "verification": on_site, **({"inspectors": 2} if on_site else {}),
        "preliminary": bool(first), **({
            "preliminary_level": first, "preliminary_limit": 10, "preliminary_unit": "工作日",
            "resubmit": False, "upper_system": True} if first else {}),
        "affects_others": affects, "third_party": affects, "statement": True,
        "written": True, "reasons": True, "remedy": True,
        **({"remedy_text": remedy.text} if remedy else {}),
        "delivery_limit": 5, "delivery_unit": "工作日",
    }


def _certificate(version: ItemVersion, table: Mapping[str, Any]) -> dict[str, Any]:
    name = version.certificate
    kind = CERTIFICATES[0] if "许可证" in name or "执照" in name else \
        CERTIFICATES[1] if re.search(r"资格|合格|执业证书|登记证", name) else CERTIFICATES[2]
    seal = _decider(version, table)
    return {"issued": True, "name": name, "kind": kind, "seal": seal, "signature": seal,
            "blank": "本行政机关"}


def _decider(version: ItemVersion, table: Mapping[str, Any]) -> str:
    """The bureau, but the district government where the law has the government decide."""
    return ("X区人民政府" if "法定决定机关为本级人民政府" in version.note else str(table["bureau"]))


def _limit(version: ItemVersion) -> dict[str, Any]:
    facts = _facts(version)
    law = claimed(facts)
    named = re.search(r"《(?!行政许可法)[^》]+》第[^条]+条", law)
    periods, promises = statutory(facts), promised(facts)
    out: dict[str, Any] = {"mechanism": "单独实施", "published": True}
    if periods:
        out |= {"statutory": periods[0].value, "statutory_unit": periods[0].unit,
                "statutory_basis": named[0] if named else f"{LICENSING}第四十二条第一款"}
    if named:
        out["special_law"] = named[0]
    else:
        out |= {"extension": 10, "extension_unit": "工作日", "extension_by": "本行政机关负责人",
                "extension_basis": f"{LICENSING}第四十二条第一款", "extension_told": True}
    if promises:
        out |= {"promised": promises[-1].value, "promised_unit": promises[-1].unit}
    return out


def _excluded(version: ItemVersion) -> list[dict[str, Any]]:
    return [{"step": step, "basis": f"{LICENSING}第四十五条", "notified": True}
            for step in version.special_steps if _EIGHT.search(step) or "不计入" in step]


def _hearing(version: ItemVersion) -> dict[str, Any]:
    ordered = any(step.startswith(("法定听证", "听证")) for step in version.special_steps)
    return {"ex_officio": ordered, "ex_officio_held": ordered, "told": True, "apply_days": 5,
            "organise_days": 20, "notice_days": 7, "unit": "工作日", "independent": True,
            "by_record": True, "charged": False}


def _fee(version: ItemVersion) -> dict[str, Any]:
    """Nothing where the column is open: the review then reads the column."""
    plain = version.fee.startswith("不收费")
    return {"fee": {"charged": False}} if plain else {}


def _quota(version: ItemVersion, main: str) -> dict[str, Any]:
    if not any("招标" in step for step in version.special_steps):
        return {"quota": {"limited": False}}
    return {"quota": {"limited": True, "total": "按年度投放计划", "basis": main, "method": "招标",
                      "scarce": True}}


def _validity(version: ItemVersion, cites: list[str], main: str) -> dict[str, Any]:
    """What the column says; 待核 without a number stays open, and so does its basis."""
    text = version.validity
    if not text or text in ("—", "长期") or text.startswith("单次"):
        return {"validity": {"limited": False}}
    if text.startswith("待核"):
        return {}
    found = _CITED.search(text)
    # 条例第二十五条 means the item's regulation, a bare 第十四条 its first law.
    of = [cite for cite in cites if "条例》" in cite] if found and "条例" in found[0] else [main]
    law = re.match(r"《[^》]+》", (of or [main])[0])
    basis = main
    if "待核" in text:
        basis = (re.findall(r"[(（](.*?)[)）]", text) or ["待核"])[0]
    elif found:
        basis = found[0] if found[0].startswith("《") else \
            f"{law[0] if law else ''}{found[0][found[0].index('第'):]}"
    period = re.split(r"[(（]", text)[0]
    renewable = bool(re.match(r"\d+年", text))
    return {"validity": {"limited": True, "period": period, "basis": basis,
                         "renewable": renewable, **({"renewal_days": 30, "renewal_default": True}
                                                    if renewable else {})}}


def _technical(version: ItemVersion, main: str) -> list[dict[str, Any]]:
    rows = []
    for step in version.special_steps:
        kind = re.search(r"检疫|检测|检验", step)
        if not kind:
            continue
        plants = "植物检疫" in version.name
        rows.append({"name": step.split("(")[0].split("（")[0], "basis": main,
                     "by": "专业技术组织" if kind[0] == "检测" else "主管部门所属机构",
                     "organ": "区植物检疫站" if plants else "X区检验检测中心",
                     "signed_by": "植物检疫人员" if plants else "授权签字人",
                     "staff": 2, "within": 5})
    return rows
