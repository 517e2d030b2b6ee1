"""What was materialised last: what stays of it, and what a share of it replaces."""

from collections.abc import Iterable, Iterator, Mapping

from ccm_engine.catalog import EMPTY, Bond, Catalog, Key
from ccm_engine.share import Share
from ccm_engine.value import value

_RELATIONS = frozenset(
    {"table", "index", "primary_key", "unique", "exclusion", "sequence", "view", "materialized_view"}
)
_BONDS = frozenset({Bond.PART, Bond.OWNED, Bond.TIED})


@value
class Made:
    """Statements and what came of them; the keys of the objects by the name of what they are parts of in the end."""

    statements: tuple[str, ...] = ()
    catalog: Catalog = EMPTY
    by_word: Mapping[str, frozenset[Key]]


NOTHING = Made(by_word={})


def of(statements: tuple[str, ...], catalog: Catalog) -> Made:
    return Made(statements=statements, catalog=catalog, by_word=_by_word(catalog, catalog.objects))


def replaced(before: Made, statements: tuple[str, ...], share: Share, part: Catalog) -> Made | None:
    """What there is now that the share came to `part`; None where that alone does not tell.

    Postgres gives an index a name that nothing else has: two that would take the same one have to be made together.
    """
    gone = frozenset(key for word in share.words for key in before.by_word.get(word, ()))
    if before.catalog.unmodelled or part.unmodelled:
        return None
    common = [key for key in part.objects if key in before.catalog.objects and key not in gone]
    if any(part.objects[key] != before.catalog.objects[key] for key in common):
        return None
    new = {_relation(key) for key in part.objects if key.kind in _RELATIONS and key not in before.catalog.objects}
    taken = (key for key in before.catalog.objects if new and key.kind in _RELATIONS and key not in gone)
    if any(_relation(key) in new for key in taken):
        return None
    whole = before.catalog.replacing(gone | frozenset(common), part)
    left = {word: keys for word, keys in before.by_word.items() if word not in share.words}
    came = _by_word(part, [key for key in part.objects if key not in common])
    for word, keys in came.items():
        left[word] = left.get(word, frozenset()) | keys
    return Made(statements=statements, catalog=whole, by_word=left)


def _relation(key: Key) -> tuple[str, str]:
    return key.path[0], key.path[-1]


def _by_word(catalog: Catalog, keys: Iterable[Key]) -> Mapping[str, frozenset[Key]]:
    words: dict[Key, str] = {}
    found: dict[str, set[Key]] = {}
    for key in keys:
        found.setdefault(_word(catalog, key, words), set()).add(key)
    return {word: frozenset(of_word) for word, of_word in found.items()}


def _word(catalog: Catalog, key: Key, words: dict[Key, str]) -> str:
    """What the object is called that this one is a part of in the end."""
    if key not in words:
        whole = next(_wholes(catalog, key), None)
        words[key] = _word(catalog, whole, words) if whole else catalog.objects[key].word
    return words[key]


def _wholes(catalog: Catalog, key: Key) -> Iterator[Key]:
    parent = catalog.objects[key].parent
    if parent in catalog.objects and parent is not None:
        yield parent
    if key.kind == "table":  # a partition, say: it has a statement of its own
        return
    yield from (need.on for need in catalog.needs_of(key) if need.bond in _BONDS and need.on in catalog.objects)
