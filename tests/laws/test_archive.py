"""Hostile sources get an error in the report, never a crash or a write outside."""

from __future__ import annotations

import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest

from app.laws.importing import archive, dates, markdown, sources
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
    ("行政法/图.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不是文本", "a picture"),
    ("行政法/空字符.md", "# 甲\n第一条 乙\x00丙", "控制字符", "NUL inside UTF-8"),
    ("行政法/控\x07制.md", "没有标题", "没有标题", "a bell in the name"),
    ("行政法/" + "长" * 300 + ".md", "没有标题", "没有标题", "a name of 300 characters"),
    ("行政法/表情😀.md", "没有标题", "没有标题", "a name with an emoji"),
    ("行政法/嵌套.md", texts.zipped({"内.md": b"0" * (3 << 20)}), "不是文本", "a zip named .md"),
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
    for name, data in (("x.zip", b"PK but no zip"), ("x.whl", b"nothing"), ("x.txt", b""),
                       ("x.exe", b"MZ")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(archive.SourceRefused, match=r"[一-鿿]"):
            sources.read(path)


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    with pytest.raises(archive.SourceRefused, match="太多"):
        markdown.read(texts.unflagged_zip(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised(tmp_path: Path, encoding: str) -> None:
    path = texts.unflagged_zip(tmp_path, {"行政法/甲(2020-01-01).md":
                                          texts.TRIAL_2019.encode(encoding)})
    assert markdown.read(path).texts[0].title == "中华人民共和国试验法"


def test_names_twice_in_a_zip_are_read_once_and_listed(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("行政法/甲(2020-01-01).md", texts.TRIAL_2019)
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("行政法/甲(2020-01-01).md", texts.TRIAL_2024)
    assert "同名" in reasons(path)["行政法/甲(2020-01-01).md"]
    assert "十日内" in markdown.read(path).texts[0].articles[1].text


def test_a_link_in_a_zip_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as made:
        link = zipfile.ZipInfo("行政法/链接.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert "链接" in reasons(path)["行政法/链接.md"]


def test_an_encrypted_entry_is_listed(tmp_path: Path) -> None:
    path = texts.unflagged_zip(tmp_path, {"行政法/甲(2020-01-01).md": texts.TRIAL_2019})
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1  # the flag that says so
    path.write_bytes(data)
    assert "加密" in next(iter(reasons(path).values()))


@pytest.mark.parametrize("share", [0.3, 0.99])
def test_a_zip_that_was_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = texts.unflagged_zip(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[:int(len(data) * share)])
    with pytest.raises(archive.SourceRefused, match="没有下载完整"):
        markdown.read(path)


def test_an_entry_whose_bytes_are_damaged_is_listed(tmp_path: Path) -> None:
    path = texts.unflagged_zip(tmp_path, {"行政法/甲(2020-01-01).md": texts.TRIAL_2019})
    data = bytearray(path.read_bytes())
    data[120:140] = b"\xff" * 20
    path.write_bytes(data)
    assert "解压失败" in next(iter(reasons(path).values()))


def test_a_list_of_entries_without_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 1 << 30, 0, 0)
    path.write_bytes(b"x" * 1000 + end)
    with pytest.raises(archive.SourceRefused, match="太多"):
        markdown.read(path)


def test_a_sum_of_entries_without_end_is_refused(tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 1000)
    with pytest.raises(archive.SourceRefused, match="过大"):
        markdown.read(texts.unflagged_zip(tmp_path))


def test_a_large_file_in_a_folder_is_listed_unread(tmp_path: Path) -> None:
    (tmp_path / "行政法").mkdir()
    path = tmp_path / "行政法" / "大.md"
    with path.open("wb") as stream:
        stream.truncate(100 * archive.MIB)  # one line of 100 MB
    started = time.process_time()
    assert "过大" in reasons(tmp_path)["行政法/大.md"]
    assert time.process_time() - started < 2


COSTLY = [
    ("第一条 " + "<!--" * 40_000, "comments that never end"),
    ("第一条 <" + "甲" * 150_000, "a bracket that never closes"),
    ("第一条 " + "![" * 80_000, "images that never close"),
    ("第一条 " + "同时" * 80_000 + "废止", "a repeal of nothing"),
    ("第一条 " + "《甲乙〈" * 40_000, "titles that never close"),
    ("第一条 甲\n" + "第九千条 乙\n" * 60_000, "articles that follow nothing"),
    ("第一条 甲\n" + "第三条 乙\n第二条 丙\n" * 30_000, "articles out of order"),
    ("一、甲\n" * 100_000, "the same number over and over"),
    ("第一条 " + "国务院" * 50_000 + "令第号", "an order without a number"),
]


@pytest.mark.parametrize(("body", "why"), COSTLY)
def test_no_text_costs_more_than_its_length(body: str, why: str) -> None:
    text = texts.md("险办法", body, info="2020年1月1日 " + body[:150_000].replace("\n", ""))
    started = time.process_time()
    found = markdown.parse("行政法规/险办法(2020-01-01).md", text, "行政法规", None)
    for article in found.articles:
        dates.titles_repealed(article.text)
    dates.stated_effective(found.articles)
    assert time.process_time() - started < 5, why


def test_files_of_other_kinds_are_counted_apart(tmp_path: Path) -> None:
    path = texts.unflagged_zip(tmp_path, {
        "行政法/甲(2020-01-01).md": texts.TRIAL_2019, "图.png": b"x", "内.zip": b"PK"})
    reading = markdown.read(path)
    assert (reading.files, reading.parsed, reading.ignored) == (1, 1, 2)
    assert any("其他类型" in remark.why and "图.png" in remark.why for remark in reading.remarks)


@pytest.mark.parametrize("top", ["Laws-master/", "行政法/"])
def test_one_folder_around_everything_is_left_out_unless_it_says_what_the_texts_are(
        tmp_path: Path, top: str) -> None:
    inner = "" if top == "行政法/" else "行政法/"
    path = texts.unflagged_zip(tmp_path, {f"{top}{inner}甲(2020-01-01).md": texts.TRIAL_2019})
    found = markdown.read(path).texts[0]
    assert (found.path, found.rank) == ("行政法/甲(2020-01-01).md", "法律")
