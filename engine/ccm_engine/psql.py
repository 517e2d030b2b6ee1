"""What only psql understands in a `.sql` file, made blank: meta-commands, and the rows after `COPY … FROM stdin`.

pg_dump writes both. Everything else stays where it is, so that a line is found where the file has it.
"""

import re
from collections.abc import Iterator

from ccm_engine import errors, sql
from ccm_engine.value import value

_TOKEN = re.compile(
    r"""
      --[^\n]*
    | /\*
    | (?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | (?<![\w$])\$(?P<tag>[^\W\d]\w*)?\$.*?\$(?(tag)(?P=tag))\$
    | ^COPY\s(?P<copy>(?:[^;'"]|'[^']*'|"[^"]*")*?\sFROM\s+stdin\b[^;\n]*;)[^\n]*\n(?:.*?^\\\.[ \t\r]*(?:\n|\Z))?
    | ^[ \t]*\\(?P<command>[^\s\\]*)(?P<words>[^\n]*)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*|\*/")

HARMLESS = {
    *(
        "a",
        "encoding",
        "echo",
        "errverbose",
        "H",
        "o",
        "p",
        "pset",
        "prompt",
        "q",
        "qecho",
        "r",
        "restrict",
        "s",
        "set",
    ),
    *("t", "T", "timing", "unrestrict", "unset", "warn", "x", "!"),
}
"""Those that say how psql works and not what the schema is."""
CONNECT = {"c", "connect"}


@value
class _Command:
    name: str
    words: str
    at: int


def blanked(path: str, text: str) -> str:
    """The text as a server understands it, as long as it was.

    Raises `errors.PsqlCommand` for a meta-command that means something for the schema: another file, a condition.
    """
    if "\\" not in text:
        return text
    blank: list[tuple[int, int]] = []
    commands: list[_Command] = []
    for found in _tokens(text):
        if found["command"] is not None:
            commands.append(_Command(name=found["command"], words=found["words"], at=found.start("command") - 1))
        if found["command"] is not None or found["copy"] is not None:
            blank.append(found.span())
    _must_be_harmless(path, text, commands)
    return "".join(_with_spaces(text, blank))


def _with_spaces(text: str, blank: list[tuple[int, int]]) -> Iterator[str]:
    at = 0
    for start, end in blank:
        yield text[at:start]
        yield re.sub(r"[^\n]", " ", text[start:end])
        at = end
    yield text[at:]


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while found := _TOKEN.search(text, at):
        at = _after_comment(text, found.start()) if found[0] == "/*" else found.end()
        yield found


def _after_comment(text: str, at: int) -> int:
    depth = 0
    for mark in _COMMENT.finditer(text, at):  # comments nest
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(text)


def _must_be_harmless(path: str, text: str, commands: list[_Command]) -> None:
    databases: set[str] = set()
    for command in commands:
        reconnects = command.name in CONNECT
        databases |= {command.words.strip()} if reconnects else set()
        if command.name not in HARMLESS | CONNECT or len(databases) > 1:
            line, column = sql.position(text.encode(), len(text[: command.at].encode()))
            raise errors.PsqlCommand(path=path, line=line, column=column, command=f"\\{command.name}")
