"""What an uploaded template may say, and how its faults are told."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

from app.documents import docx, layout
from app.documents.catalogue import types
from app.documents.docx import TemplateFault, check_template
from app.documents.fields import names_of
from app.documents.syntax import Names
from app.documents.template_store import check_file

NAMES = Names(scalars=frozenset({"applicant", "court", "procedure"}),
              lists={"facts": (), "parties": ("role", "text")}, optional=frozenset({"court"}),
              choices={"procedure": ("ordinary",)})


def faults(*lines: str) -> list[str]:
    return check_template(layout.build("\n".join(lines), "标题"), NAMES)


def test_shipped_templates_have_no_fault() -> None:
    for kind in types().values():
        assert check_template(kind.template, names_of(kind)) == [], kind.code


@pytest.mark.parametrize(("line", "said", "why"), [
    ("{{ 7*7 }}", "不允许使用“算式”", "算式"),
    ("{{ ''.__class__ }}", "只能用在逐项", "取属性"),
    ("{{ applicant.__class__.__mro__ }}", "只能用在逐项", "取属性"),
    ("{{ applicant|attr('x') }}", "没有名为“attr”的转换", "转换不在表里"),
    ("{{ applicant|upper }}", "没有名为“upper”的转换", "转换不在表里"),
    ("{{ applicant() }}", "不允许使用“函数调用”", "调用"),
    ("{{ range(9) }}", "不允许使用“函数调用”", "调用"),
    ("{{ facts[0] }}", "不允许使用“下标”", "下标"),
    ("{{ 'x' }}", "不允许使用“固定值”", "字面值"),
    ("{{ applicnt }}", "没有名为“applicnt”的字段", "字段名写错"),
    ("{{ facts }}", "有多项，要用逐项", "列表整个印出"),
    ("{{ court }}", "可以不填", "会印成空白"),
    ("{% if court %}{{ applicant }}{% else %}{{ court }}{% endif %}", "可以不填", "else 里仍为空"),
    ("{% if not court %}{{ court }}{% endif %}", "可以不填", "恰好为空时印出"),
    ("{% if procedure == \"fast\" %}x{% endif %}", "没有“fast”这个选项", "选项写错"),
    ("{% if 1 == 1 %}x{% endif %}", "如果（if）里只能写", "比较固定值"),
    ("{% if applicant is defined %}x{% endif %}", "如果（if）里只能写", "不在表里的判断"),
    ("{% set x = 1 %}", "不允许使用“set”", "赋值"),
    ("{% include 'x' %}", "不允许使用“include”", "引入文件"),
    ("{% macro m() %}{% endmacro %}", "不允许使用“macro”", "宏"),
    ("{% for f in facts if f %}{{ f }}{% endfor %}", "不能带条件", "带条件的循环"),
    ("{% for f in range(9) %}{% endfor %}", "只能写成", "对调用循环"),
    ("{% for p in parties %}{{ p.name }}{% endfor %}", "没有名为“name”的一栏", "栏目写错"),
    ("{% for p in parties %}{{ p }}{% endfor %}", "有几栏", "整项印出"),
    ("{% for p in parties %}{{ loop.cycle }}{% endfor %}", "loop.cycle", "循环的其他属性"),
    ("{% for applicant in facts %}{% endfor %}", "重名", "遮住字段"),
    ("{% if applicant %}", "有标记没有结束", "没有结束"),
    ("{{ applicant", "没有写完整", "括号没有配对"),
    ("applicant }}", "没有写完整", "括号没有配对"),
    ("{% foo %}", "不认识的标记", "未知标记"),
    ("{# 注释 #}", "不允许使用这种标记", "注释里可以藏东西"),
    ("{%- if applicant %}{% endif %}", "不允许使用这种标记", "吞掉前一段的写法"),
    ("{{r applicant }}", "不允许使用这种标记", "不转义的写法"),
    ("{% cellbg applicant %}", "不允许使用这种标记", "改写表格的写法"),
])
def test_what_a_template_may_not_say(line: str, said: str, why: str) -> None:
    found = faults("第一段", line)
    assert any(said in fault for fault in found), (why, found)
    assert any("第2段" in fault for fault in found), (why, found)


@pytest.mark.parametrize("lines", [
    ["{{ applicant }}"],
    ["{% if court %}{{ court }}{% else %}法院{% endif %}"],
    ["{% if court and applicant %}{{ court }}{% endif %}"],
    ["{%p for f in facts %}", "{{ loop.index|中文数 }}、{{ f }}", "{%p endfor %}"],
    ["{%p for p in parties %}", "{{ p.role }}：{{ p.text }}", "{%p endfor %}"],
    ["{%p if procedure == “ordinary” %}", "甲", "{%p elif not court %}", "乙", "{%p endif %}"],
], ids=["name", "if", "and", "numbered", "columns", "typographic quotes"])
def test_what_a_template_may_say(lines: list[str]) -> None:
    assert faults(*lines) == []


def test_a_fault_names_the_paragraph_as_counted_in_word() -> None:
    found = faults("一", "{%p for f in facts %}", "{{ f }}", "{%p endfor %}",
                   "申请人：{{ nobody }}")
    assert found == ["第5段（“申请人：{{ nobody }}”）：没有名为“nobody”的字段"]


def test_a_required_field_that_is_not_used_is_a_fault() -> None:
    """A notice whose template lost the due date would be sent without it."""
    names = Names(scalars=frozenset({"applicant"}), required=frozenset({"applicant"}),
                  labels={"applicant": "申请人"})
    found = check_template(layout.build("正文", "标题"), names)
    assert found == ["没有用到必填的字段“applicant”（申请人），请补上。"]


def test_a_tag_that_word_split_into_runs_is_still_read() -> None:
    """Word cuts what one types into runs whenever it checks the spelling."""
    made = layout.build("{{ applicant }}和{{ 7*7 }}", "标题")
    cut = repack(made, "word/document.xml", "{{ 7*7", "{{ 7</w:t></w:r><w:r><w:t>*7")
    assert any("算式" in fault for fault in check_template(cut, NAMES))


def test_a_template_changed_on_disk_after_the_check_is_refused_when_filled() -> None:
    with pytest.raises(TemplateFault, match="算式"):
        docx.render(layout.build("{{ 7*7 }}", "标题"), {})


@pytest.mark.parametrize(("name", "content", "said"), [
    ("word/vbaProject.bin", "x", "宏"),
    ("word/embeddings/oleObject1.bin", "x", "嵌入的对象"),
    ("word/_rels/settings.xml.rels", '<Relationships><Relationship TargetMode="External"/>',
     "外部文件或者网址"),
    ("word/footnotes.xml", "<w:footnotes>{{ applicant }}</w:footnotes>", "脚注"),
    ("word/extra.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "XML 声明"),
])
def test_dangerous_parts_are_refused(name: str, content: str, said: str) -> None:
    made = layout.build("正文", "标题")
    out = io.BytesIO(made)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, content)
    assert any(said in fault for fault in check_template(out.getvalue(), NAMES))


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04", b"%PDF-1.7\n"],
                         ids=["empty", "text", "cut", "pdf"])
def test_what_is_no_document_is_said_in_chinese(data: bytes) -> None:
    assert "不是 Word 文档" in check_template(data, NAMES)[0]


@pytest.mark.serial
def test_a_bomb_costs_little(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (40 * 1024 * 1024))
        archive.writestr("[Content_Types].xml", "<Types/>")
    path = tmp_path / "bomb.docx"
    path.write_bytes(bomb.getvalue())
    start = time.monotonic()
    assert "太大" in check_file("receipt", path)[0]
    assert time.monotonic() - start < 10


def test_the_child_gives_the_same_answer(tmp_path: Path) -> None:
    assert check_file("decision", types()["decision"].template) == []
    path = tmp_path / "bad.docx"
    path.write_bytes(layout.build("{{ 7*7 }}", "标题"))
    assert any("第1段" in fault and "算式" in fault for fault in check_file("decision", path))


def repack(data: bytes, name: str, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for info in before.infolist():
            content = before.read(info).decode("utf-8")
            if info.filename == name:
                assert old in content
                content = content.replace(old, new, 1)
            after.writestr(info, content)
    return out.getvalue()
