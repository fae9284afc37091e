"""What a transfer of powers would do, item by item, application by application, case by case.

``evaluate`` is the one function for both sides of a comparison: with the ledger as it is, with the
ledger as it would be (``moved``), and with the ledger as it was really written afterwards.
"""

from __future__ import annotations

from app.rules.rehearsal.compare import COLUMNS, Line, rehearse
from app.rules.rehearsal.evaluate import Evaluator, evaluate
from app.rules.rehearsal.facts import (
    Application,
    Item,
    Move,
    OpenCase,
    Scene,
    SealFact,
    Stand,
    Who,
    World,
)
from app.rules.rehearsal.moving import moved

__all__ = ["COLUMNS", "Application", "Evaluator", "Item", "Line", "Move", "OpenCase", "Scene",
           "SealFact", "Stand", "Who", "World", "evaluate", "moved", "rehearse"]
