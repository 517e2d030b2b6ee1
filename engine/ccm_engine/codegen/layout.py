"""Python as sqlacodegen writes it → the same with strings and lines as formatters leave them."""

import ast
import io
import tokenize
from collections.abc import Iterator
from itertools import pairwise

_WIDTH = 88
_OPENING, _CLOSING = "([{", ")]}"


def laid_out(text: str) -> str:
    return "".join(_statement(indent, flat) for indent, flat in _flattened(text))


def _flattened(text: str) -> Iterator[tuple[str, str]]:
    """Each logical line in one, with its indentation; an empty one is an empty line."""
    lines = text.splitlines()
    indent, flat, row, column = "", "", 0, 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        match token.type:
            case tokenize.NEWLINE:
                yield indent, flat
                flat = ""
            case tokenize.NL if not flat:
                yield "", ""
            case tokenize.NL | tokenize.INDENT | tokenize.DEDENT | tokenize.ENDMARKER:
                pass
            case _:
                if not flat:
                    indent = lines[token.start[0] - 1][: token.start[1]]
                if token.string in "}]":
                    flat = flat.removesuffix(",")  # which stood before a line break
                flat += _between(flat, token, lines, (row, column)) + _spelled(token)
                row, column = token.end


def _between(flat: str, token: tokenize.TokenInfo, lines: list[str], end: tuple[int, int]) -> str:
    """The space before a token: what was there, or what a line break stands for."""
    if not flat:
        return ""
    if token.start[0] == end[0]:
        return lines[end[0] - 1][end[1] : token.start[1]]
    return "" if flat[-1] in _OPENING or token.string in _CLOSING else " "


def _spelled(token: tokenize.TokenInfo) -> str:
    if token.type != tokenize.STRING or not token.string.startswith("'") or '"' in token.string:
        return token.string
    value = ast.literal_eval(token.string)
    return '"' + repr(f'"{value}')[2:-1].replace("\\'", "'") + '"'


def _statement(indent: str, flat: str) -> str:
    if not flat:
        return "\n"
    return "\n".join(_broken(indent, flat)) + "\n"


def _broken(indent: str, flat: str, after: str = "") -> Iterator[str]:
    """A line, or as many as it takes; `after` is the comma that follows."""
    if len(indent + flat + after) <= _WIDTH or '"""' in flat:
        yield indent + flat + after
        return
    if flat.startswith("from "):
        flat = flat.replace(" import ", " import (", 1) + ")"
    parts = _parted(flat)
    if parts is None:
        yield indent + flat + after
        return
    head, items, tail = parts
    deeper = f"{indent}    "
    yield indent + head
    together = ", ".join(items)
    if len(deeper + together) <= _WIDTH and _is_call(head):
        yield deeper + together
    else:
        for item in items:
            yield from _broken(deeper, item, ",")
    yield indent + tail + after


def _is_call(head: str) -> bool:
    return head[-1] == "(" and head[-2:-1].isidentifier()


def _parted(flat: str) -> tuple[str, list[str], str] | None:
    """The last bracket on the outside that holds something: what is before it, in it, and after it."""
    depth, opened, found = 0, 0, None
    cuts: list[int] = []
    best: list[int] = []
    for position, sign in _signs(flat):
        if sign in _OPENING:
            depth += 1
            if depth == 1:
                opened, cuts = position, []
        elif sign in _CLOSING:
            depth -= 1
            if depth == 0 and position > opened + 1:
                found, best = (opened, position), cuts
        elif sign == "," and depth == 1:
            cuts.append(position)
    if found is None:
        return None
    begin, end = found
    edges = [begin, *best, end]
    items = [flat[one + 1 : other].strip() for one, other in pairwise(edges)]
    return flat[: begin + 1], [item for item in items if item], flat[end:]


def _signs(flat: str) -> Iterator[tuple[int, str]]:
    """The brackets and commas that stand in no string."""
    for token in tokenize.generate_tokens(io.StringIO(flat).readline):
        if token.type == tokenize.OP and token.string in f"{_OPENING}{_CLOSING},":
            yield token.start[1], token.string
