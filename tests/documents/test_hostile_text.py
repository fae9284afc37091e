"""Whatever people type comes out as typed, and nothing comes out blank."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest

from app.documents import docx
from app.documents.catalogue import types
from app.documents.fields import FieldFault, MissingFields, context
from tests.documents.samples import sample

LONG = "甲" * 296 + "有限公司"


def text(code: str, **changes: Any) -> str:
    kind = types()[code]
    made = docx.render(kind.template, context(kind, sample(code) | changes))
    return "\n".join(docx.text_of(made))


@pytest.mark.parametrize(("typed", "why"), [
    ("{{7*7}}", "不是模板，不得计算"),
    ("{{ organ }}", "不得取出别的字段"),
    ("{% for x in y %}", "不得当作标记"),
    ("{_{ 7*7 }_}", "docxtpl 的转义写法也不得改动"),
    ("{#注#}", "不得当作注释"),
    ("张三 & 李四", "autoescape 关掉时，段落在 & 处截断"),
    ("<w:p>甲</w:p>", "不得当作 XML"),
    ("&lt;甲&gt;&amp;", "实体原样印出"),
    ("𠮷野家餐饮（北京）有限公司", "基本平面之外的字"),
    ("㛃㒵䶮", "扩展A区的字"),
    ("\"引号\"和'单引号'“”‘’", "引号"),
    (LONG, "300 字的名称"),
    ("O'Neil & Söhne GmbH — ½ ‰", "外国名称"),
])
def test_names_come_out_as_typed(typed: str, why: str) -> None:
    assert f"{typed}：" in text("acceptance_notice", applicant=typed).split("\n"), why
    assert typed in text("decision", facts=[f"甲{typed}乙"]), why
    assert typed in text("service_proof", recipient=typed), why


def test_invisible_characters_go_and_line_breaks_become_paragraphs() -> None:
    said = text("decision", facts="第一段\r\n第二段\x0b第三段\u2028第四段\x00\x01\u202e尾\n\n")
    lines = said.split("\n")
    at = lines.index("第一段")
    assert lines[at:at + 4] == ["第一段", "第二段", "第三段", "第四段尾"]
    assert lines[at + 4] == "上述事实有下列证据证明："
    assert "甲 乙：" in text("acceptance_notice", applicant="甲\n乙\t").split("\n")


def test_the_typed_paragraph_keeps_the_style_of_the_template() -> None:
    kind = types()["decision"]
    made = docx.render(kind.template, context(kind, sample("decision") | {"facts": "甲\n乙"}))
    xml = zipfile.ZipFile(BytesIO(made)).read("word/document.xml").decode()
    for letter in ("甲", "乙"):
        paragraph = xml[:xml.index(f">{letter}<")].rsplit("<w:p>", 1)[1]
        assert 'w:val="Body1"' in paragraph and "仿宋_GB2312" in paragraph


@pytest.mark.parametrize("code", types())
def test_a_missing_field_never_prints_as_blank(code: str) -> None:
    kind = types()[code]
    for field in kind.fields:
        if not field.required:
            continue
        for empty in (None, "", "  \u3000\n", []):
            with pytest.raises(MissingFields) as caught:
                context(kind, sample(code) | {field.name: empty})
            assert caught.value.labels == [field.label]
            assert field.label in str(caught.value)


def test_all_missing_fields_are_named_at_once() -> None:
    with pytest.raises(MissingFields) as caught:
        context(types()["answer_notice"], {"organ": "X区人民政府"})
    assert {"行政复议机构", "文号", "成文日期", "答复期限届满之日"} <= set(caught.value.labels)


def test_optional_passages_disappear_whole() -> None:
    bare = sample("decision")
    for field in types()["decision"].fields:
        if not field.required:
            bare.pop(field.name, None)
    kind = types()["decision"]
    said = "\n".join(docx.text_of(docx.render(kind.template, context(kind, bare))))
    for words in ("第三人称", "中止审理", "延长至", "上述事实有下列证据证明", "最终裁决"):
        assert words not in said
    assert "有管辖权的人民法院" in said


@pytest.mark.parametrize(("field", "value", "said"), [
    ("accepted_on", "2026-02-30", "受理之日"),
    ("accepted_on", "三月二日", "不是日期"),
    ("procedure", "fast", "没有“fast”这个选项"),
    ("applicant", ["甲"], "申请人：应当是文字"),
    ("applicant", {"a": 1}, "申请人：应当是文字"),
])
def test_values_of_the_wrong_shape_name_their_field(field: str, value: Any, said: str) -> None:
    with pytest.raises(FieldFault, match=said):
        context(types()["acceptance_notice"], sample("acceptance_notice") | {field: value})


def test_an_entry_of_a_list_names_the_column_it_lacks() -> None:
    with pytest.raises(MissingFields, match="当事人的基本情况"):
        context(types()["decision"], sample("decision") | {"parties": [{"role": "申请人"}]})


def test_a_preview_shows_what_is_missing() -> None:
    kind = types()["answer_notice"]
    made = docx.render(kind.template, context(kind, {"applicant": "甲"}, lenient=True))
    said = "\n".join(docx.text_of(made))
    assert "【待填：答复期限届满之日】" in said and "（未编号）" in said and "（未签发）" in said


def test_items_get_their_marks_once() -> None:
    """主文项句末的句号由模板写；已经写了的不重复。"""
    said = text("decision", main_items=["维持该行政行为。"])
    assert "维持该行政行为。\n" in said and "。。" not in said and "一、维持" not in said
