"""Who may import whom. Break a rule once and see the message; it says what to do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"

# A feature imports only to its right.
ORDER = ["operations", "reports", "exchange", "cases", "approvals", "licensing", "standing",
         "laws", "documents", "evidence", "accounts", "organs", "audit", "rules"]
INFRASTRUCTURE = {"extensions", "permissions", "filters", "config", "today", "paging", "fields",
                  "edge"}
DOORS = {
    "docxtpl": {"app/documents/docx.py"}, "docx": {"app/documents/docx.py"},
    "pdfplumber": {"app/evidence/pdf_child.py"},
    "openpyxl": {"app/evidence/sheets.py", "app/evidence/workbooks.py",
                 "app/evidence/workbook_child.py"},
    "whoosh": {"app/laws/search/whoosh_engine.py"},
    "tantivy": {"app/laws/search/tantivy_engine.py"},
    "chinese_calendar": {"app/rules/workdays.py"},
}
FLASK_ONLY_IN = {"views.py", "forms.py", "commands.py", "__init__.py", "permissions.py",
                 "filters.py", "extensions.py", "today.py", "pages.py", "edge.py"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(APP.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def feature(path: str) -> str:
    return path.split("/")[1].removesuffix(".py")


def test_a_feature_imports_only_to_its_right() -> None:
    wrong = []
    for path, tree in modules():
        own = feature(path)
        if own not in ORDER and own not in INFRASTRUCTURE:
            continue
        for name, line in imports(tree):
            parts = name.split(".")
            if parts[0] != "app" or len(parts) < 2:
                continue
            other = parts[1]
            if other == own or other in INFRASTRUCTURE:
                continue
            if own in INFRASTRUCTURE or ORDER.index(other) < ORDER.index(own):
                wrong.append(f"{path}:{line} imports {name}; use a hook in app/extensions.py")
    assert not wrong, "\n".join(wrong)


def test_rules_are_pure() -> None:
    banned = {"flask", "sqlalchemy", "flask_login"}
    wrong = [f"{path}:{line} imports {name}" for path, tree in modules() if feature(path) == "rules"
             for name, line in imports(tree) if name.split(".")[0] in banned]
    for path, tree in modules():
        if feature(path) == "rules":
            wrong += [f"{path}:{node.lineno} asks today's date; take it as an argument"
                      for node in ast.walk(tree)
                      if isinstance(node, ast.Attribute) and node.attr in {"today", "now"}]
    assert not wrong, "\n".join(wrong)


def test_flask_lives_at_the_edge_and_commit_in_views_and_commands() -> None:
    wrong = []
    for path, tree in modules():
        name = Path(path).name
        edge = name in FLASK_ONLY_IN or name.endswith(("_views.py", "_commands.py", "_forms.py"))
        if not edge:
            wrong += [f"{path}:{line} imports {found}; move it to views, forms or commands"
                      for found, line in imports(tree)
                      if found.split(".")[0] in {"flask", "flask_login", "flask_wtf"}]
        if not name.endswith(("views.py", "commands.py")):
            wrong += [f"{path}:{node.lineno} commits; views and commands do"
                      for node in ast.walk(tree)
                      if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                      and node.func.attr == "commit"]
    assert not wrong, "\n".join(wrong)


def test_one_door_per_library() -> None:
    wrong = [f"{path}:{line} imports {name}; go through {sorted(DOORS[name.split('.')[0]])}"
             for path, tree in modules() for name, line in imports(tree)
             if path not in DOORS.get(name.split(".")[0], {path})]
    assert not wrong, "\n".join(wrong)
