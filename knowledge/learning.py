"""What all phrasings together teach: multinomial logistic regression from a sentence vector to its document.

The nearest phrasing decides by one example; this weighs all phrasings of all documents against each other.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Vectors

_EPOCHS = 12
_BATCH = 512
_SHARPNESS = 8.0
_RATE = 0.6
_MOMENTUM = 0.9
_DECAY = 2e-4
_SEED = 20220701
_NOBODY = -1
_LARGEST_SHARE = 1 - 1e-6

Numbers = NDArray[np.intp]


def learn(vectors: Vectors, sizes: Sequence[int]) -> Vectors:
    """What to multiply a question's vector by for a score a document: a column each.

    `vectors` are the phrasings' unit vectors, a row each, `sizes` how many each document has, in order. Plain
    gradient descent with momentum, a falling rate and a fixed seed: the same phrasings give the same result.
    """
    nothing_else = np.full(len(vectors), -np.inf, dtype=np.float32)
    return _descend(vectors, np.repeat(np.arange(len(sizes)), sizes), nothing_else, len(sizes))


def learn_more(vectors: Vectors, others: Vectors, sizes: Sequence[int]) -> Vectors:
    """The same for a few documents more, a column each, while those learned before stay as they are.

    `vectors` are all phrasings, those of the new documents last; `others` says for each what the documents that
    stay make of it (see `noise`).
    """
    owners = np.full(len(vectors), _NOBODY)
    owners[len(vectors) - sum(sizes) :] = np.repeat(np.arange(len(sizes)), sizes)
    return _descend(vectors, owners, others, len(sizes))


def noise(vectors: Vectors, weights: Vectors) -> Vectors:
    """How loud some documents together are for each phrasing: the logarithm of the sum of their odds."""
    loud = [_log_sum(_SHARPNESS * (vectors[i : i + _BATCH] @ weights)) for i in range(0, len(vectors), _BATCH)]
    return np.concatenate([np.zeros(0, dtype=np.float32), *loud])


def noise_with(others: Vectors, more: Vectors) -> Vectors:
    """How loud both are together."""
    return np.asarray(np.logaddexp(others, more), dtype=np.float32)


def noise_without(everything: Vectors, some: Vectors) -> Vectors:
    """How loud the rest is, beside `some` of everything."""
    share = np.minimum(np.exp(some - everything), _LARGEST_SHARE)
    return np.asarray(everything + np.log1p(-share), dtype=np.float32)


def _descend(vectors: Vectors, owners: Numbers, others: Vectors, documents: int) -> Vectors:
    weights = np.zeros((vectors.shape[1], documents), dtype=np.float32)
    step = np.zeros_like(weights)
    shuffle = np.random.default_rng(_SEED)
    for epoch in range(_EPOCHS):
        rate = _RATE * (1 - epoch / _EPOCHS) + 0.015
        order = shuffle.permutation(len(vectors))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            step = _MOMENTUM * step - rate * _gradient(weights, vectors[batch], owners[batch], others[batch])
            weights += step
    return weights


def _gradient(weights: Vectors, vectors: Vectors, owners: Numbers, others: Vectors) -> Vectors:
    scores = _SHARPNESS * (vectors @ weights)
    chances = np.exp(scores - np.logaddexp(_log_sum(scores), others)[:, None])
    owned = np.flatnonzero(owners != _NOBODY)
    chances[owned, owners[owned]] -= 1
    return np.asarray(_SHARPNESS * vectors.T @ chances / len(owners) + _DECAY * weights, dtype=np.float32)


def _log_sum(scores: Vectors) -> Vectors:
    """The logarithm of the sum of exponentials, a row each."""
    highest = scores.max(axis=1)
    return np.asarray(highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1)), dtype=np.float32)
