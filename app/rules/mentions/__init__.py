"""Find the citations in a text: what is cited, which place, and the words quoted from it.

``scan(text, names, host_law)`` is pure: ``names`` is what a library is called, and whether a
place exists is not asked here (app.laws.checking does).
"""

from app.rules.mentions.model import Mention, Quote
from app.rules.mentions.scan import scan
from app.rules.mentions.titles import NameIndex

__all__ = ["Mention", "NameIndex", "Quote", "scan"]
