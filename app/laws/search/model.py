"""The learned ranking: from the features of `features` to one score, a few small networks' mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from app.laws.search import features, vectors

FILE = vectors.FOLDER / "ranker.npz"
HIDDEN, MEMBERS = 24, 3
EPOCHS, BATCH, RATE, SHRINK, DROP = 20, 32, 0.005, 2e-4, 0.1
NEAR, FAR = 80, 40  # wrong articles learned from: the best by words and meaning, and any others


@dataclass(frozen=True, slots=True)
class Ranker:
    """``mean`` and ``scale`` float[F]; per member a hidden layer and a way past it.

    score = mean over members of  tanh(x W + b) v + x u
    """

    mean: np.ndarray
    scale: np.ndarray
    into: np.ndarray  # float32[M, F, H]
    bias: np.ndarray  # float32[M, H]
    out: np.ndarray  # float32[M, H]
    past: np.ndarray  # float32[M, F]

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """``float64[n]`` for feature rows ``float[n, F]``."""
        given = _standard(rows, self.mean, self.scale)
        members, width, hidden = self.into.shape
        layer = np.tanh(given @ self.into.transpose(1, 0, 2).reshape(width, members * hidden)
                        + self.bias.reshape(-1))
        return ((layer @ self.out.reshape(-1)) / members
                + given @ self.past.mean(axis=0)).astype(np.float64)


def _standard(rows: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.clip((rows - mean) / scale, -6, 6).astype(np.float32)


def fit(lists: Sequence[np.ndarray], right: Sequence[np.ndarray], seed: int = 0) -> Ranker:
    """Learn from candidates: ``lists[i]`` float[n, F], ``right[i]`` bool[n].

    Listwise softmax: within the candidates of a question the right ones share the probability.
    """
    useful = [i for i, r in enumerate(right) if r.any()]
    random = np.random.default_rng(seed)
    chosen = [_chosen(lists[i], right[i], random) for i in useful]
    rows = np.stack([lists[i][some] for i, some in zip(useful, chosen, strict=True)])
    wanted = np.stack([right[i][some] for i, some in zip(useful, chosen, strict=True)]
                      ).astype(np.float32)
    wanted /= wanted.sum(axis=1, keepdims=True)
    flat = rows.reshape(-1, rows.shape[2])
    mean, scale = flat.mean(axis=0), flat.std(axis=0)
    scale = np.where(scale > 1e-6, scale, 1.0)
    rows = _standard(rows, mean, scale)
    members = [_member(rows, wanted, np.random.default_rng(seed + 1000 * m))
               for m in range(MEMBERS)]
    return Ranker(mean, scale, *(np.stack([m[k] for m in members]) for k in range(4)))


def _chosen(rows: np.ndarray, right: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Places of the candidates learned from: the right ones first, then the most alike."""
    order = np.argsort(-rows[:, features.NAMES.index("both")] - 1000.0 * right, kind="stable")
    rest = random.permutation(order[NEAR:])[:FAR]
    chosen = np.concatenate([order[:NEAR], rest])
    # A short list is filled with its last: that one only counts a little more often.
    return np.concatenate([chosen, np.repeat(chosen[-1:], NEAR + FAR - len(chosen))])


def _member(rows: np.ndarray, wanted: np.ndarray, random: np.random.Generator,
            ) -> list[np.ndarray]:
    width = rows.shape[2]
    into = (random.standard_normal((width, HIDDEN)) / np.sqrt(width)).astype(np.float32)
    weights = [into, np.zeros(HIDDEN, np.float32),
               (random.standard_normal(HIDDEN) * 0.05).astype(np.float32),
               np.zeros(width, np.float32)]
    first = [np.zeros_like(w) for w in weights]
    second = [np.zeros_like(w) for w in weights]
    step, total = 0, EPOCHS * -(-len(rows) // BATCH)
    for _ in range(EPOCHS):
        turn = random.permutation(len(rows))
        for begin in range(0, len(turn), BATCH):
            some = turn[begin:begin + BATCH]
            keep = (random.random((len(some), 1, width)) > DROP) / np.float32(1 - DROP)
            slopes = _slopes(weights, rows[some] * keep.astype(np.float32), wanted[some])
            step += 1
            rate = RATE * (0.5 + 0.5 * np.cos(np.pi * step / total))
            for k, slope in enumerate(slopes):
                first[k] = 0.9 * first[k] + 0.1 * slope
                second[k] = 0.999 * second[k] + 0.001 * slope * slope
                move = first[k] / (1 - 0.9 ** step) / (
                    np.sqrt(second[k] / (1 - 0.999 ** step)) + 1e-8)
                weights[k] = weights[k] - rate * (move + SHRINK / RATE * weights[k])
    return weights


def _slopes(weights: list[np.ndarray], rows: np.ndarray, wanted: np.ndarray) -> list[np.ndarray]:
    into, bias, out, past = weights
    layer = np.tanh(rows @ into + bias)
    score = layer @ out + rows @ past
    share = np.exp(score - score.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    error = (share - wanted) / len(rows)
    flat = rows.reshape(-1, rows.shape[2])
    down = error[..., None] * out * (1 - layer * layer)
    return [flat.T @ down.reshape(-1, down.shape[2]), down.sum(axis=(0, 1)),
            error.reshape(-1) @ layer.reshape(-1, layer.shape[2]), flat.T @ error.reshape(-1)]


def save(path: Path, ranker: Ranker) -> None:
    np.savez_compressed(path, names=np.array(features.NAMES), mean=ranker.mean.astype(np.float32),
                        scale=ranker.scale.astype(np.float32), into=ranker.into,
                        bias=ranker.bias, out=ranker.out, past=ranker.past)


def load(path: Path) -> Ranker:
    """:raises ValueError: the file was made for other features than the code has."""
    with np.load(path, allow_pickle=False) as held:
        if tuple(held["names"].tolist()) != features.NAMES:
            raise ValueError(f"{path.name} belongs to other features: train the ranking again")
        return Ranker(held["mean"], held["scale"], held["into"], held["bias"], held["out"],
                      held["past"])


@lru_cache(maxsize=1)
def shipped() -> Ranker | None:
    """The networks of this release; None where the file is missing."""
    return load(FILE) if FILE.is_file() else None
