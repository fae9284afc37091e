"""Texts as arrays: a code per character, a key per character and per pair of neighbours."""

from __future__ import annotations

import unicodedata

import numpy as np

PAIR = 0x10000  # keys from here on are pairs

# A word character stands for itself, all others are a border (0). Built once.
_FOLD = np.zeros(0x10000, dtype=np.uint16)
_FOLD[0x3400:0xa000] = np.arange(0x3400, 0xa000)
_FOLD[ord("0"):ord("9") + 1] = np.arange(ord("0"), ord("9") + 1)
_FOLD[ord("a"):ord("z") + 1] = np.arange(ord("a"), ord("z") + 1)


def codes(text: str) -> np.ndarray:
    """``uint16`` per character of the folded text; 0 where no word character stands."""
    folded = unicodedata.normalize("NFKC", text).lower().encode("utf-16-le", "replace")
    return _FOLD[np.frombuffer(folded, dtype="<u2")]


def keys(chars: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``uint32`` keys at every position: of the character, of the pair that begins there.

    A character's key is its code, a pair's is both codes; 0 where there is none.
    """
    single = chars.astype(np.uint32)
    pair = np.zeros_like(single)
    if len(single) > 1:
        both = (single[:-1] > 0) & (single[1:] > 0)
        pair[:-1] = np.where(both, (single[:-1] << np.uint32(16)) | single[1:], 0)
    return single, pair
