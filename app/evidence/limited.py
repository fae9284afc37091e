"""Open untrusted files in a child process that cannot cost more than a few seconds.

The child runs one script with limits on processor time, memory, open files and the size of what it
writes; it gets the file on standard input and nothing else: no inherited descriptors, no settings
of ours in its environment. Its JSON answer comes back through a file whose size the kernel limits.
After the wall-clock limit its whole process group is killed.

This file is also the child's first script (see the end): it must stay free of imports from ``app``,
because importing the application would cost the child a second and give it our configuration.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import resource
import runpy
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024
OUT_OF_MEMORY = 71  # the child's exit code for a MemoryError


class ChildFailed(Exception):
    """The child gave no answer. ``why`` is ``time``, ``memory`` or ``crash``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def run(module: str, given: Path, *arguments: str, seconds: float = 10.0, memory: int = 1024,
        answer: int = 64) -> Any:
    """Run ``module`` as a script in a child, with the file ``given`` as its standard input.

    ``seconds`` of wall clock (processor time is limited to the same), ``memory`` and ``answer`` in
    megabytes. Returns what the script printed, read as JSON; raises ``ChildFailed``.
    """
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.origin:
        raise ModuleNotFoundError(module)
    limits = [str(max(1, int(seconds))), str(memory * MEGABYTE), str(answer * MEGABYTE)]
    command = [sys.executable, "-I", "-X", "utf8", __file__, *limits, spec.origin, *arguments]
    with given.open("rb") as source, tempfile.TemporaryFile() as out:
        child = subprocess.Popen(
            command, stdin=source, stdout=out, stderr=subprocess.DEVNULL, close_fds=True,
            start_new_session=True, cwd="/", env={"PATH": os.defpath, "LANG": "C.UTF-8"})
        try:
            code = child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise ChildFailed("time") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # and whatever it started
            child.wait()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            raise ChildFailed("time")
        if code == OUT_OF_MEMORY:
            raise ChildFailed("memory")
        out.seek(0)
        try:
            if code:
                raise ValueError(code)
            return json.loads(out.read(answer * MEGABYTE + 1))
        except ValueError:
            raise ChildFailed("crash") from None


def _limit(seconds: int, memory: int, answer: int) -> None:
    for what, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory),
                       (resource.RLIMIT_FSIZE, answer), (resource.RLIMIT_NOFILE, 64),
                       (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))


def _child() -> None:
    _limit(*(int(text) for text in sys.argv[1:4]))
    script = sys.argv[4]
    sys.argv = sys.argv[4:]
    try:
        runpy.run_path(script, run_name="__main__")
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    _child()
