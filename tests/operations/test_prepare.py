"""What was done at the first start is not done again, and is done again when it must be."""

from __future__ import annotations

from pathlib import Path

from app.operations import prepare


def test_the_key_follows_what_decides_the_texts(tmp_path: Path) -> None:
    extra = tmp_path / "laws.zip"
    plain = prepare.corpus_key({}, "sqlite:///a")
    assert prepare.corpus_key({"CORPUS_EXTRA": "", "CORPUS_WHEEL": ""}, "sqlite:///a") == plain
    assert prepare.corpus_key({}, "sqlite:///b") != plain, "another database has no texts yet"
    named = {"CORPUS_EXTRA": str(extra)}
    absent = prepare.corpus_key(named, "sqlite:///a")
    extra.write_bytes(b"1")
    first = prepare.corpus_key(named, "sqlite:///a")
    extra.write_bytes(b"22")
    assert len({plain, absent, first, prepare.corpus_key(named, "sqlite:///a")}) == 4


def test_a_stamp_is_kept_and_a_broken_one_counts_as_none(tmp_path: Path) -> None:
    assert not prepare.is_stamped(tmp_path, "corpus", "k")
    prepare.stamp(tmp_path, "corpus", "k")
    prepare.stamp(tmp_path, "other", "m")
    assert prepare.is_stamped(tmp_path, "corpus", "k")
    assert not prepare.is_stamped(tmp_path, "corpus", "l")
    (tmp_path / prepare.STAMP).write_text("{", encoding="ascii")
    assert not prepare.is_stamped(tmp_path, "corpus", "k")
