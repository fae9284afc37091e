"""What a hostile file could make a reader do; run only as a child by test_limited."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

what = sys.argv[1]
if what == "echo":
    print(json.dumps({"read": sys.stdin.read(), "environment": sorted(os.environ),
                      "descriptors": sorted(int(n) for n in os.listdir("/proc/self/fd"))}))
elif what == "spin":
    while True:
        pass
elif what == "sleep":
    time.sleep(60)
elif what == "grow":
    kept = []
    while True:
        kept.append(bytearray(32 * 1024 * 1024))
elif what == "flood":
    while True:
        sys.stdout.write("x" * 65536)
elif what == "babble":
    print("not json")
elif what == "offspring":
    child = subprocess.Popen(["sleep", "61"])
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(str(child.pid))
    time.sleep(60)
