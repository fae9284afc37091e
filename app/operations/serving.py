"""Serve with waitress: static files by whitenoise, and the clock of lapses every hour."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
import structlog
import waitress
from whitenoise import WhiteNoise

HOUR = 3600.0
# An upload up to this many times the limit is read to its end (onto disk, not into memory), because
# only then does a browser show our 413 in Chinese; past it waitress cuts the connection.
READ_OUT = 4
logger = structlog.get_logger(__name__)


class InUse(Exception):
    """Another process holds the data folder."""


def with_static(app: Any) -> Any:
    """Wrap a Flask application so that its static files never reach Python views."""
    wrapped = WhiteNoise(app.wsgi_app, max_age=3600,
                         allow_all_origins=False, add_headers_function=_static_headers)
    wrapped.add_files(app.static_folder, prefix=app.static_url_path)
    return wrapped


def _static_headers(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


class Clock:
    """Runs ``work`` at once and then every ``every`` seconds in a daemon thread.

    A failure is logged and tried again next time: a lapse recorded an hour late carries the right
    day all the same, a stopped clock would miss it.
    """

    def __init__(self, work: Callable[[], Any], *, every: float = HOUR) -> None:
        self.work, self.every = work, every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tick", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while True:
            try:
                self.work()
            except Exception:
                logger.exception("tick failed")
            if self._stopped.wait(self.every):
                return


def serve(app: Any, *, host: str, port: int, threads: int = 8,
          trusted_proxy: str | None = None) -> None:
    """Serve until interrupted. ``trusted_proxy`` is the address of a TLS proxy in front, if any."""
    more: dict[str, Any] = {}
    if trusted_proxy:
        more = {"trusted_proxy": trusted_proxy, "trusted_proxy_count": 1,
                "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto",
                                          "x-forwarded-host"}}
    waitress.serve(
        with_static(app), host=host, port=port, threads=threads, ident=None,
        clear_untrusted_proxy_headers=True,
        max_request_body_size=READ_OUT * app.config["MAX_CONTENT_LENGTH"], **more)


@contextmanager
def holding(data: Path, *, alone: bool) -> Any:
    """Hold the data folder: many servers may share it, a restore wants it ``alone``.

    Raises ``InUse``. The lock dies with the process, so a crash leaves nothing to clean up.
    """
    data.mkdir(parents=True, exist_ok=True)
    file: IO[str] = (data / "in-use.lock").open("a", encoding="ascii")
    try:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse from None
        yield
    finally:
        file.close()


def from_cli() -> bool:
    """True inside a ``flask`` command, which must be able to repair what a server refuses.

    ``flask run`` is a server like any other, whatever the variable it sets says.
    """
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        return False
    at = click.get_current_context(silent=True)
    names = set()
    while at is not None:
        names.add(at.info_name)
        at = at.parent
    return bool(names) and "run" not in names
