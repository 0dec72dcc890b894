"""What all phrasings together teach: multinomial logistic regression from a sentence vector to its document.

The nearest phrasing decides by one example; this weighs all phrasings of all documents against each other.
"""

from collections.abc import Sequence

import numpy as np

from knowledge.encoder import Vectors

_EPOCHS = 12
_BATCH = 512
_SHARPNESS = 8.0
_RATE = 0.6
_MOMENTUM = 0.9
_DECAY = 2e-4
_SEED = 20220701


def learn(vectors: Vectors, sizes: Sequence[int]) -> Vectors:
    """What to multiply a question's vector by for a score a document: a column each.

    `vectors` are the phrasings' unit vectors, a row each, `sizes` how many each document has, in order. Plain
    gradient descent with momentum, a falling rate and a fixed seed: the same phrasings give the same result.
    """
    documents = np.repeat(np.arange(len(sizes)), sizes)
    weights = np.zeros((vectors.shape[1], len(sizes)), dtype=np.float32)
    step = np.zeros_like(weights)
    shuffle = np.random.default_rng(_SEED)
    for epoch in range(_EPOCHS):
        rate = _RATE * (1 - epoch / _EPOCHS) + 0.015
        order = shuffle.permutation(len(vectors))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            step = _MOMENTUM * step - rate * _gradient(weights, vectors[batch], documents[batch])
            weights += step
    return weights


def _gradient(weights: Vectors, vectors: Vectors, documents: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Vectors:
    scores = _SHARPNESS * (vectors @ weights)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    chances[np.arange(len(documents)), documents] -= 1
    return np.asarray(_SHARPNESS * vectors.T @ chances / len(documents) + _DECAY * weights, dtype=np.float32)
