"""The corpus: a law, its versions, their articles, and the runs that brought them in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model


class Law(Model):
    """One legal text through all its versions, whatever sources it came from."""

    __tablename__ = "law"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300), unique=True, comment="names.title_key(title)")
    title: Mapped[str] = mapped_column(String(300))
    short_title: Mapped[str] = mapped_column(String(300))
    rank: Mapped[str] = mapped_column(String(20), index=True)
    issuing_body: Mapped[str | None] = mapped_column(String(200))
    region: Mapped[str | None] = mapped_column(String(40), comment="a province; null: national")
    repealed: Mapped[date | None] = mapped_column(comment="first day no longer in force")
    repealed_by: Mapped[str | None] = mapped_column(String(400))
    grade: Mapped[str] = mapped_column(String(10), default="current",
                                       comment="chain of versions: complete | partial | current")

    versions: Mapped[list[LawVersion]] = relationship(
        back_populates="law", order_by="LawVersion.adopted", cascade="all, delete-orphan")
    names: Mapped[list[LawName]] = relationship(cascade="all, delete-orphan")


class LawName(Model):
    """What a law is called: its title, short title, aliases and old names, as keys."""

    __tablename__ = "law_name"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    law_id: Mapped[int] = mapped_column(ForeignKey("law.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), comment="title | alias | old")


class ImportRun(Model):
    __tablename__ = "law_import_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    started: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    finished: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    problems: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)


class LawVersion(Model):
    """A law as adopted on one day. Where two sources hold it, one text is kept; both are named."""

    __tablename__ = "law_version"
    __table_args__ = (UniqueConstraint("law_id", "adopted"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    law_id: Mapped[int] = mapped_column(ForeignKey("law.id"), index=True)
    adopted: Mapped[date | None] = mapped_column(comment="null: the source gives no day")
    effective: Mapped[date | None] = mapped_column(comment="null: no source states the day")
    effective_from: Mapped[str | None] = mapped_column(
        String(20), comment="who says so: laws.toml | text | header | promulgation")
    until: Mapped[date | None] = mapped_column(comment="first day no longer in force")
    status: Mapped[str | None] = mapped_column(
        String(20), comment="as the source says; the state on a day is computed")
    history: Mapped[list[list[str]]] = mapped_column(
        JSON, default=list, comment="[ISO day, line] of the source's heading, oldest first")
    defects: Mapped[list[str]] = mapped_column(JSON, default=list)
    document_number: Mapped[str | None] = mapped_column(
        String(100), index=True, comment="文号 as printed: 法释〔2018〕1号, 国务院令第721号")
    expires: Mapped[date | None] = mapped_column(
        comment="规范性文件的有效期: first day after it; null: none is stated")
    source: Mapped[str] = mapped_column(String(200))
    source_path: Mapped[str] = mapped_column(String(400))
    source_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the source's text")
    original: Mapped[str | None] = mapped_column(
        ForeignKey("stored_file.sha256"), comment="the official file as it was uploaded")
    alternates: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, comment="other sources of this version: source, path, hash, same_text")
    import_run_id: Mapped[int] = mapped_column(ForeignKey("law_import_run.id"))

    law: Mapped[Law] = relationship(back_populates="versions")
    run: Mapped[ImportRun] = relationship()


class Article(Model):
    """An article; or, with a null number, a block that has none (序言, 附件, an uncut text)."""

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_place", "version_id", "number", "suffix"),
                      Index("ix_article_order", "version_id", "ordinal"))
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("law_version.id", ondelete="CASCADE"))
    number: Mapped[int | None]
    suffix: Mapped[int] = mapped_column(default=0, comment="第一百二十条之一 -> 1")
    label: Mapped[str] = mapped_column(String(200), comment="第一百二十条之一; 附件一; 全文")
    ordinal: Mapped[int] = mapped_column(comment="place in the text, from 1")
    heading: Mapped[str] = mapped_column(String(500), default="", comment="编 / 章 / 节")
    text: Mapped[str] = mapped_column(Text, comment="款 are lines; 项 lines start with （一）")


class LawImpact(Model):
    """A thing that a new or changed text touches, for a person to look at once.

    ``verdict`` says what the machine found: the quoted words still stand (``held``), stand no
    longer (``changed``), or cannot be judged (``unclear``). Handling it is a person's act.
    """

    __tablename__ = "law_impact"
    __table_args__ = (UniqueConstraint("version_id", "kind", "who", "cite"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("law_version.id", ondelete="CASCADE"))
    run_id: Mapped[int] = mapped_column(ForeignKey("law_import_run.id"), index=True)
    kind: Mapped[str] = mapped_column(
        String(20), comment="rule | item | opinion | case | document | template | help")
    who: Mapped[str] = mapped_column(String(200), comment="what cites the law: a name a user knows")
    cite: Mapped[str] = mapped_column(String(200))
    verdict: Mapped[str] = mapped_column(String(10), comment="held | changed | unclear")
    detail: Mapped[str] = mapped_column(Text, default="", comment="the working, in Chinese")
    endpoint: Mapped[str | None] = mapped_column(String(80), comment="page of the thing")
    endpoint_args: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    organ_id: Mapped[int | None] = mapped_column(
        ForeignKey("organ.id"), index=True, comment="whose thing it is; null: the product's own")
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    handled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    version: Mapped[LawVersion] = relationship()


class SavedSearch(Model):
    """A search that a user wants to run again; nobody else sees it."""

    __tablename__ = "law_saved_search"
    __table_args__ = (UniqueConstraint("account_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    asked: Mapped[dict[str, str]] = mapped_column(JSON, comment="the page's query parameters")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
