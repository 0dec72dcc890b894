"""Faults of the bot's own sentences in phrases.yaml, held against those the code says."""

from collections.abc import Collection, Iterable, Mapping
from string import Formatter

from knowledge.load import Phrases


def find_phrase_faults(phrases: Phrases, said: Mapping[str, Collection[str]]) -> list[str]:
    """Sentences that are missing or have blanks that nothing fills.

    `said` holds every key that the code says, with the names of the values it fills in.
    """
    return [fault for key, values in said.items() for fault in _faults(phrases, key, values)]


def _faults(phrases: Phrases, key: str, values: Collection[str]) -> Iterable[str]:
    if not phrases.japanese.get(key):
        yield f"phrases.yaml: {key}: 文がありません。"
    for language, sentences in (("ja", phrases.japanese), ("en", phrases.english)):
        try:
            blanks = {name for _, name, _, _ in Formatter().parse(sentences.get(key, "")) if name is not None}
        except ValueError as error:
            yield f"phrases.yaml: {key}.{language}: 波かっこの対応が正しくありません({error})。"
        else:
            for name in sorted(blanks - set(values)):
                yield f"phrases.yaml: {key}.{language}: 「{{{name}}}」に入る値はありません。"
