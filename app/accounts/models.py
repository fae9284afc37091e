"""Accounts: one person, one organ, any number of roles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.organs.models import Organ
from app.permissions import ROLES, Permission, permissions_of


class User(Model):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False, comment="printed password")
    session_epoch: Mapped[int] = mapped_column(
        default=0, comment="raised on password or role change: older sessions end")
    version: Mapped[int] = mapped_column(comment="optimistic lock")

    organ: Mapped[Organ] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (what SQLAlchemy asks)

    # What flask-login asks of a user; spelled out so that models import no web library.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return f"{self.id}.{self.session_epoch}"

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    @property
    def role_labels(self) -> list[str]:
        return [ROLES[role][0] for role in self.roles if role in ROLES]


class SignInGuard(Model):
    """Wrong passwords in a row for one typed name, whether or not such an account exists.

    Names that do not exist are counted the same way, so that a lock tells nothing about them.
    The name is kept as a hash only: people type passwords into the wrong box.
    """

    __tablename__ = "sign_in_guard"
    name_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
