"""Full-text search behind one port: `plan` -> engine -> `ranking`; two engines, one contract."""

import os

# A search multiplies small matrices; helper threads for these cost four times the work and wait for
# each other when the server answers several people. To be set before numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
