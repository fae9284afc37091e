"""Documents: what each type says and when, templates filled as .docx, numbers, issue, PDF."""

from __future__ import annotations

from flask import Flask

from app.audit.queries import Kind, name_kinds
from app.documents import catalogue, commands, models, views  # noqa: F401  (tables)


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands; a faulty catalogue stops the start-up."""
    catalogue.types()
    app.register_blueprint(views.bp)
    app.cli.add_command(commands.group)
    name_kinds({"template_replaced": Kind("替换文书模板"),
                "template_restored": Kind("恢复自带模板"),
                "template_version_used": Kind("改用模板的旧版本")})
