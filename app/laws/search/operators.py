"""The few operators of the search box. What is not one of them, by itself, is a word.

    空格        all words count, the more of them the better
    且 AND +词  must stand in the article
    或 OR |     one of them must; 或 binds before 且
    非 NOT -词  must not
    “…”         must stand as it is (marked by `PHRASE` characters here)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.laws.search.naming import LAW

PHRASE = 0xE000  # private use: chr(PHRASE + n) stands for the nth quoted phrase
MOST = 8  # groups, and members of a group

_AND, _OR, _NOT = {"AND", "且", "&"}, {"OR", "或", "|"}, {"NOT", "非"}
_EDGE = re.compile(r"^\W+|\W+$")
_SIGN = re.compile(r"^([+-])(?=[^\W\d]|[\ue000-\ue0ff])")


@dataclass(slots=True)
class Read:
    """``words`` are the positive words in order, quoted ones among them."""

    words: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    required: list[tuple[str, ...]] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Item:
    word: str
    quoted: bool
    must: bool
    law: bool = False


def read(text: str, quoted: list[str]) -> Read:
    """Words and conditions of ``text``; an operator without a word beside it says nothing."""
    out = Read()
    chains: list[list[_Item]] = []  # items joined by 或
    either = both = negate = False
    for token in _tokens(text):
        if token in _OR:
            either = bool(chains)
        elif token in _AND:
            both = bool(chains)
        elif token in _NOT:
            negate = True
        else:
            item, minus = _item(token, quoted)
            if item is None:
                continue
            if minus or negate:
                out.excluded.append(item.word)
            elif either:
                chains[-1].append(item)
            else:
                chains.append([item])
                if both:
                    chains[-1][0].must = chains[-2][0].must = True
            either = both = negate = False
    for chain in chains:
        _add(out, chain)
    del out.required[MOST:]
    out.excluded = [w for w in dict.fromkeys(out.excluded) if w][:MOST]
    return out


def _tokens(text: str) -> list[str]:
    spaced = re.sub(r"\|+", " | ", text).replace(LAW, f" {LAW} ")
    return re.sub(r"(?<![+-])([\ue000-\ue0ff])", r" \1", re.sub(r"([\ue000-\ue0ff])", r"\1 ",
                                                               spaced)).split()


def _item(token: str, quoted: list[str]) -> tuple[_Item | None, bool]:
    sign = _SIGN.match(token)
    plain = token[1:] if sign else token
    if plain == LAW:
        return _Item("", False, False, law=True), False
    if len(plain) == 1 and PHRASE <= ord(plain) < PHRASE + len(quoted):
        item = _Item(quoted[ord(plain) - PHRASE], True, bool(sign))
    else:
        word = _EDGE.sub("", plain)
        if not word:
            return None, False
        item = _Item(word, False, bool(sign))
    return item, bool(sign and sign[1] == "-")


def _add(out: Read, chain: list[_Item]) -> None:
    out.words += [i.word for i in chain if not i.law]
    if len(chain) > 1:
        if not any(i.law for i in chain):
            out.required.append(tuple(dict.fromkeys(i.word for i in chain))[:MOST])
    elif chain[0].law:
        return
    elif chain[0].quoted:
        out.phrases.append(chain[0].word)
    elif chain[0].must:
        out.required.append((chain[0].word,))
