"""The library as the check asks it: names once, laws and texts when first needed, then kept.

One object serves one batch or one page; it must not outlive the transaction that it read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.laws import asof, catalogue, chains, numbers
from app.laws.importing.clean import fold
from app.laws.models import Article, Law, LawName, LawVersion
from app.laws.names import title_key
from app.rules.citations import article_label
from app.rules.mentions import NameIndex
from app.rules.mentions.documents import normal

_CLOSING = re.compile(r"施行|生效|实施|废止|执行|负责解释|备案|首都是北京")  # how texts end
_ALONE = re.compile(r"(?:法|法典|条例|宪法|细则|规定|办法|解释)(?:\([一二三四五六七八九十]+\))?$")
_MISSING = re.compile(r"缺(第.+条(?:之.+)?)$")
_BODIES = ("最高人民法院", "最高人民法院最高人民检察院", "国务院", "全国人民代表大会常务委员会")
Place = tuple[int, int]


@dataclass(slots=True)
class Text:
    """The articles of a version. ``whole`` False: its end may be missing from the source."""

    version: LawVersion
    articles: dict[Place, str]
    labels: dict[Place, str]
    other: str  # what stands outside of articles
    whole: bool
    missing: frozenset[str]
    muddled: bool  # articles that do not follow one another were run together
    _folded: dict[Place, str] = field(default_factory=dict)

    @property
    def is_cut(self) -> bool:
        return bool(self.articles)

    def last(self) -> Place:
        return max(self.articles)

    def folded(self, place: Place) -> str:
        if place not in self._folded:
            self._folded[place] = fold(self.articles[place])
        return self._folded[place]

    def _runs_in(self, label: str) -> bool:
        """Whether the heading of an article stands within another's text: 。第一百二十二条拦截……"""
        heading = re.compile(rf"(?:^|[。；”])[ \t\u3000]*{re.escape(label)}"
                             r"(?![款项之第、，和或及与至的规所])", re.M)
        return any(label in text and heading.search(text)
                   for text in (*self.articles.values(), self.other))

    def absent(self, place: Place) -> str:
        """Why an article that is not here may stand in the real text; "" when it does not."""
        label = article_label(place[0], place[1] or None) if place[0] < 10000 else "该条"
        if not self.is_cut:
            return "库中文本没有分条，无法定位"
        if label in self.missing:
            return f"库中文本缺{label}（来源缺漏或者该条已删除），不能断定"
        if self.muddled or (place[1] and article_label(place[0]) in self.missing):
            return "库中文本的条号不接续，不能断定"
        if self._runs_in(label):
            return f"库中文本的{label}没有与前一条分开，不能断定"
        if place > self.last() and not self.whole:
            return f"库中文本止于{self.labels[self.last()]}，看不出是否完整，不能断定"
        return ""


class Library:
    def __init__(self) -> None:
        self._laws: dict[int, Law] = {}
        self._chains: dict[int, asof.Chain] = {}
        self._choices: dict[tuple[int, date], asof.Choice] = {}
        self._texts: dict[int, Text] = {}
        self._found: dict[str, int | None] = {}
        rows = db.session.execute(select(LawName.key, LawName.law_id, LawName.kind)).all()
        self._ids = {key: law_id for key, law_id, _ in rows}
        known = catalogue.aliases_to_title()
        titles = {key for key, _, kind in rows if kind == "title"}
        titles |= {title_key(n) for f in catalogue.facts().values() for n in (f.title, f.short)}
        self.names = NameIndex([*self._ids, *known],
                               [key for key in titles if _ALONE.search(key)])

    def find(self, name: str) -> Law | None:
        """The law called ``name``, also where the issuing body is left out of its title."""
        if name not in self._found:
            key = title_key(name)
            tries = [key, *(body + key for body in _BODIES if key.startswith("关于"))]
            title = catalogue.aliases_to_title().get(key)
            if title:
                tries.append(title_key(title))
            self._found[name] = next((self._ids[k] for k in tries if k in self._ids), None)
        law_id = self._found[name]
        return self.law(law_id) if law_id is not None else None

    def law(self, law_id: int) -> Law:
        if law_id not in self._laws:
            self._laws[law_id] = db.session.scalars(
                select(Law).where(Law.id == law_id).options(selectinload(Law.versions))).one()
        return self._laws[law_id]

    @staticmethod
    def title(name: str) -> str:
        """The full title of a law that is not held, where laws.toml knows it."""
        return catalogue.aliases_to_title().get(title_key(name), name)

    def chain(self, law: Law) -> asof.Chain:
        if law.id not in self._chains:
            self._chains[law.id] = chains.chain_of(law)
        return self._chains[law.id]

    def choice(self, law: Law, on: date) -> asof.Choice:
        if (law.id, on) not in self._choices:
            self._choices[law.id, on] = asof.in_force(self.chain(law), on)
        return self._choices[law.id, on]

    def version(self, law: Law, on: date) -> LawVersion | None:
        chosen = self.choice(law, on).version
        return next((v for v in law.versions if v.id == chosen), None)

    def text(self, version: LawVersion) -> Text:
        if version.id not in self._texts:
            self._texts[version.id] = _read(version)
        return self._texts[version.id]

    @cached_property
    def numbers(self) -> dict[str, list[int]]:
        """Document number -> ids of the laws that a text with it belongs to."""
        return numbers.read(normal)


def _read(version: LawVersion) -> Text:
    rows = db.session.execute(
        select(Article.number, Article.suffix, Article.label, Article.text, Article.heading)
        .where(Article.version_id == version.id).order_by(Article.ordinal)).all()
    articles = {(n, s): text for n, s, _, text, _ in rows if n is not None}
    labels = {(n, s): label for n, s, label, _, _ in rows if n is not None}
    other = "\n".join(text for n, _, _, text, _ in rows if n is None)
    last = next((row for row in reversed(rows) if row[0] is not None), None)
    whole = last is not None and (bool(_CLOSING.search(last[3])) or "附则" in last[4] or any(
        alternate.get("same_text") for alternate in version.alternates))
    return Text(version, articles, labels, other, whole,
                frozenset(m[1] for d in version.defects if (m := _MISSING.match(d))),
                any("不接续" in d for d in version.defects))
