"""Hostile sources get an error in the report, never a crash or a write outside."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from app.laws.importing import archive, markdown, sources
from tests.laws import texts


def reasons(path: Path) -> dict[str, str]:
    reading = markdown.read(path)
    assert reading.files == reading.parsed + len(reading.listed)
    return {problem.file: problem.why for problem in reading.listed}


def test_names_in_utf8_without_the_flag_are_read(tmp_path: Path) -> None:
    path = texts.unflagged_zip(tmp_path)
    with zipfile.ZipFile(path) as made:
        assert not any(entry.flag_bits & 0x800 for entry in made.infolist())
    names = {text.path for text in markdown.read(path).texts}
    assert "行政法/试验法(2024-01-05).md" in names


HOSTILE: list[tuple[str, str | bytes, str, str]] = [
    ("../外面.md", "# 甲\n第一条 乙", "越出", "a parent folder"),
    ("/etc/甲.md", "# 甲\n第一条 乙", "越出", "an absolute name"),
    ("a\\..\\..\\甲.md", "# 甲\n第一条 乙", "越出", "Windows separators"),
    ("行政法/炸弹.md", b"0" * (3 << 20), "压缩", "a bomb: 3 MB from 3 kB"),
    ("行政法/二进制.md", b"\xff\xfe\x00\xd8\x00" * 9, "编码", "neither UTF-8, UTF-16 nor GB18030"),
    ("行政法/空.md", "# 空\n<!-- INFO END -->\n", "没有正文", "no text"),
    ("行政法/无题.md", "第一条 甲", "没有标题", "no title"),
]


@pytest.mark.parametrize(("name", "data", "part", "why"), HOSTILE)
def test_a_hostile_entry_is_listed(tmp_path: Path, name: str, data: str | bytes, part: str,
                                   why: str) -> None:
    path = texts.unflagged_zip(tmp_path, {name: data, "行政法/好(2020-01-01).md": texts.LOCAL})
    before = sorted(p.name for p in tmp_path.iterdir())
    found = reasons(path)
    assert len(found) == 1 and part in next(iter(found.values())), (why, found)
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    data = texts.TRIAL_2019.encode(encoding)
    path = texts.unflagged_zip(tmp_path, {"行政法/甲(2020-01-01).md": data})
    reading = markdown.read(path)
    assert reading.parsed == 1 and reading.texts[0].title == "中华人民共和国试验法"


def test_one_endless_line_is_refused(tmp_path: Path) -> None:
    text = texts.md("长法", "第一条 " + "很长" * 150_000)
    assert "单行" in reasons(texts.folder(tmp_path, {"行政法/长.md": text}))["行政法/长.md"]


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text(texts.TRIAL_2019, encoding="utf-8")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "甲.md").symlink_to(tmp_path / "outside.md")
    assert "链接" in reasons(inside)["甲.md"]


def test_a_file_that_is_no_source_is_refused_in_chinese(tmp_path: Path) -> None:
    for name, data in (("x.zip", b"PK but no zip"), ("x.whl", b"nothing"), ("x.txt", b"text")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(archive.SourceRefused, match=r"[一-鿿]"):
            sources.read(path)


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    with pytest.raises(archive.SourceRefused, match="太多"):
        markdown.read(texts.unflagged_zip(tmp_path))
