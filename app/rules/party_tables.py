"""The decision rows on parties: loaded once, checked, matched top down.

Reconsideration is in legal_corpus/rules/parties.toml, litigation in defendants.toml, compensation
in compensation.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from app.rules.findings import Basis

FOLDER = Path(__file__).resolve().parents[2] / "legal_corpus" / "rules"
TABLE = FOLDER / "parties.toml"
TABLES = (TABLE, FOLDER / "defendants.toml", FOLDER / "compensation.toml")

# Every word a row may use. An unknown word stops the start, not the officer.
FEATURES: dict[str, frozenset[str]] = {name: frozenset(words.split()) for name, words in {
    "act_kind": "act inaction disclosure",
    "delegation": "none in_name_of_delegator in_own_name exceeded",
    "process": "single joint_handling first_review_not_forwarded government_guided"
               " government_forwarded window_not_forwarded stationed ecert_mismatch",
    "signers": "none one organs organ_with_authorised organ_with_unauthorised",
    "actor_type": "organ authorized dispatched_organ dispatched_office internal institution village"
                  " zone expropriation party_organ preparatory unknown",
    "authorization": "yes no exceeded",
    "approval": "none lawful internal",
    "mode": "approving_organ signing_organ both",
    "status": "exists abolished",
    "successor": "yes no",
    "power": "held moved moved_centralised ended lost lost_unknown in_flight_residual"
             " in_flight_no_rule in_flight_over premature never unlisted not_asked",
    "named": "same different",
    "kind": "district_government city_government district_department township subdistrict"
            " city_branch vertical city_department party_organ court other authorized"
            " district_branch branch_station provincial_vertical provincial_government"
            " state_department",
    "office": "yes no", "line": "named tobacco special other", "by_area": "yes no",
    "via": "RSP-12 other", "organs": "same different",
    "on_the_spot": "yes no unclear", "natural_resource": "none acquired first_confirmation",
    "inaction": "none no_response not_performed refused", "refusal": "uncertain yes no",
    "disclosure": "none withheld no_response not_existing not_ours not_processed correction",
    "special": "none law regulation local rule old_style",
    # litigation and compensation
    "adverse": "known unknown", "seal": "match differ", "approval_sued": "yes no",
    "zone": "state_or_province other other_department no_standing unknown",
    "vertical": "yes no", "applied": "before_move other", "from_mode": "centralised other",
    "nature": "decision revocation",
    "result": "none maintained request_rejected not_accepted application_rejected changed"
              " reasons_changed unlawful_procedure unlawful invalid partly lapsed mediated settled",
    "target": "original review unknown", "prior": "yes no uncertain",
    "judgment": "changed_review_quashed both_quashed review_unlawful_only",
    "claim": "together alone unknown", "aggravated": "yes no",
    "false_materials": "none careful careless unknown",
}.items()}
OUTCOMES = frozenset({
    "keep", "signers", "signing_organs", "delegator", "founder", "requested", "approver",
    "keep_and_approver", "successor", "government", "holder_now", "holder_then", "adverse",
    "superior", "local_government", "itself", "government_or_superior", "local_or_government",
    "higher_government", "actor", "sealer", "shown", "founding_government", "abolisher",
    "original_and_reviewer", "reviewer", "none"})
CERTAINTIES = ("certain", "default", "contested")  # from sure to open
VERDICTS = frozenset({"", "accept", "refuse", "yes", "no", "uncertain", "basic", "intermediate"})


@dataclass(frozen=True)
class PartyRow:
    """One row; ``when`` maps a feature to the words that satisfy it.

    ``against``: why the other view (``alternative``) is held. ``internal``: who answers for it
    inside the administration. ``level``: whether the court's level follows the original organ.
    """

    id: str
    rule: str
    table: str
    stage: str
    title: str
    when: Mapping[str, frozenset[str]]
    then: str
    certainty: str
    reason: str
    valid_from: date
    basis: tuple[Basis, ...]
    alternative: str = ""
    verdict: str = ""
    warn: str = ""
    against: str = ""
    internal: str = ""
    level: str = ""
    valid_to: date | None = field(default=None)

    def matches(self, features: Mapping[str, str]) -> bool:
        return all(features[name] in words for name, words in self.when.items())


@cache
def rows(*paths: Path) -> tuple[PartyRow, ...]:
    """All rows in table order. Raises ValueError naming the row that uses an unknown word."""
    found = tuple(_row(raw, path.name) for path in paths or TABLES
                  for raw in tomllib.loads(path.read_text(encoding="utf-8"))["party"])
    ids = [row.id for row in found]
    if doubles := {each for each in ids if ids.count(each) > 1}:
        raise ValueError(f"{(paths or TABLES)[0].name}：{'、'.join(sorted(doubles))} 重复")
    return found


def first(table: str, stage: str, features: Mapping[str, str]) -> PartyRow | None:
    """The first row of a stage whose conditions all hold, or None."""
    return next((row for row in rows() if row.table == table and row.stage == stage
                 and row.matches(features)), None)


def by_id(row_id: str) -> PartyRow:
    return next(row for row in rows() if row.id == row_id)


def _row(raw: Mapping[str, object], file: str) -> PartyRow:
    row_id = str(raw["id"])
    known = {"id", "rule", "table", "stage", "title", "when", "then", "or", "certainty", "verdict",
             "reason", "from", "until", "basis", "warn", "against", "internal", "level"}
    if unknown := set(raw) - known:
        raise ValueError(f"{file} {row_id}：不认识的列 {'、'.join(sorted(unknown))}")
    when, basis, start, until = raw["when"], raw["basis"], raw["from"], raw.get("until")
    if not isinstance(when, dict) or not isinstance(basis, list) or not isinstance(start, date):
        raise ValueError(f"{file} {row_id}：when、basis、from 的形状不对")
    for feature, words in when.items():
        if wrong := set(words) - FEATURES.get(feature, frozenset()):
            raise ValueError(f"{file} {row_id}：{feature} 不认识 {'、'.join(sorted(wrong))}")
    text = {key: str(raw.get(key, ""))
            for key in ("then", "or", "verdict", "certainty", "internal")}
    if (text["then"] not in OUTCOMES | {""} or text["or"] not in OUTCOMES | {""}
            or text["internal"] not in OUTCOMES | {""} or text["verdict"] not in VERDICTS
            or text["certainty"] not in CERTAINTIES
            or not basis):
        raise ValueError(f"{file} {row_id}：then、or、verdict、certainty 或 basis 不对")
    return PartyRow(
        id=row_id, rule=str(raw.get("rule", row_id)), table=str(raw["table"]),
        stage=str(raw["stage"]), title=str(raw["title"]),
        when={name: frozenset(words) for name, words in when.items()}, then=text["then"],
        certainty=text["certainty"], reason=str(raw["reason"]), valid_from=start,
        valid_to=until if isinstance(until, date) else None,
        basis=tuple(Basis(**each) for each in basis), alternative=text["or"],
        verdict=text["verdict"], warn=str(raw.get("warn", "")),
        against=str(raw.get("against", "")), internal=text["internal"],
        level=str(raw.get("level", "")))
