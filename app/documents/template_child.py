"""What the limited child runs: check the .docx on standard input, print its faults as JSON.

The child does not know our package. Empty parent packages are put in place, so that importing the
checker does not start the whole application, which would cost a second and read our settings.
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def main() -> None:
    for name, folder in (("app", FOLDER.parent), ("app.documents", FOLDER)):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    from app.documents.docx import check_template
    from app.documents.syntax import Names

    told = json.loads(sys.argv[1])
    values: dict[str, Any] = {key: frozenset(value) if isinstance(value, list) else
                     {name: tuple(each) if isinstance(each, list) else each
                      for name, each in value.items()} for key, value in told.items()}
    names = Names(**values)
    print(json.dumps(check_template(sys.stdin.buffer.read(), names)))


if __name__ == "__main__":
    main()
