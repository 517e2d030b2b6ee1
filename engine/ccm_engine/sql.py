"""SQL as text: quoting names, and cutting a file into statements and steps.

A migration file is a sequence of statements. A *step* is a run of them that shares one transaction; a line
`-- ccm: commit` ends a step, and a statement that Postgres refuses inside a transaction block is a step of
its own. `--> statement-breakpoint`, Drizzle's separator, ends a statement even where no `;` does. A line
`-- ccm: contract` before the first statement says that the file takes away what an older application still uses.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from ccm_engine import cut, traits
from ccm_engine.value import value

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

BREAKPOINT = "--> statement-breakpoint"
COMMIT = "-- ccm: commit"
CONTRACT = "-- ccm: contract"
_CONTRACTS = re.compile(rf"(?:\s|--[^\n]*\n|(?>/\*.*?\*/))*{CONTRACT}[^\S\n]*$", re.DOTALL | re.MULTILINE)
_DIRECTIVE = re.compile(r"--\s*ccm\s*:.*", re.IGNORECASE)


@value
class Statement:
    """One statement of a file. `line` and `column` count from 1, `offset` counts bytes of UTF-8 from 0."""

    sql: str
    offset: int
    line: int
    column: int
    node: "pb.Node | None" = field(default=None, compare=False, repr=False)
    """What libpg_query made of it, nothing where it does not parse."""

    @property
    def transactional(self) -> bool:
        return self.node is None or traits.runs_in_transaction(self.node)

    @property
    def control(self) -> str | None:
        """BEGIN, COMMIT, … where the statement is transaction control."""
        return None if self.node is None else traits.control(self.node)


@value
class Step:
    """Statements that share one transaction; where not `transactional`, a single one that must be outside."""

    statements: tuple[Statement, ...]
    transactional: bool


@value
class Directive:
    """A comment that is meant for ccm-daemon. `line` and `column` count from 1."""

    text: str
    line: int
    column: int


@value
class Span:
    """Where a statement stands in the bytes of a file, and which node libpg_query made of it."""

    start: int
    end: int
    node: "pb.Node | None"


def quote(name: str) -> str:
    """An identifier, always quoted."""
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """`"name"` in `public`, `"schema"."name"` elsewhere: the runner pins `search_path` to `public`."""
    return quote(name) if schema == "public" else f"{quote(schema)}.{quote(name)}"


_TYPES = (
    " bit bool box bpchar bytea char cid cidr circle date daterange float4 float8 inet int2 int4 int4range int8 "
    "int8range interval json jsonb jsonpath line lseg macaddr macaddr8 money name numeric numrange oid path point "
    "polygon record refcursor text tid time timestamp timestamptz timetz tsquery tsrange tstzrange tsvector "
    "txid_snapshot unknown uuid varbit varchar void xid xid8 xml "
)


def type_name(schema: str, name: str) -> str:
    """As `qualified`, and `"public"."path"` where Postgres has a type of that name: it would be found first."""
    return f"{quote(schema)}.{quote(name)}" if f" {name} " in _TYPES else qualified(schema, name)


def literal(text: str) -> str:
    """A string constant, right with `standard_conforming_strings` on, as it is by default."""
    return "'" + text.replace("'", "''") + "'"


def columns(names: Iterable[str]) -> str:
    """A parenthesised list of column names."""
    return "(" + ", ".join(map(quote, names)) + ")"


def position(text: bytes, offset: int) -> tuple[int, int]:
    """Byte offset → line and column (in characters), both from 1."""
    start = text.rfind(b"\n", 0, offset) + 1
    return text.count(b"\n", 0, offset) + 1, len(text[start:offset].decode(errors="replace")) + 1


def steps(text: str) -> tuple[Step, ...]:
    """A migration file → its steps. Never raises: what libpg_query cannot parse is left to the server to judge."""
    source = text.encode()
    commits, prepared = _markers(source)
    ends = [found.start() for found in re.finditer(b"\n", source)]
    done: list[Step] = []
    open_: list[Statement] = []
    enums: list[pb.Node] = []  # what the open step does to enums

    def close() -> None:
        if open_:
            done.append(Step(statements=tuple(open_), transactional=True))
            open_.clear()
            enums.clear()

    for span in _spans(prepared):
        if span.start == span.end:
            continue
        statement = _statement(source, span, bisect_left(ends, span.start) + 1)
        if (commits and commits[0] < span.start) or _uses_what_is_not_committed(statement, enums):
            close()
            commits = [at for at in commits if at >= span.start]
        if statement.transactional:
            open_.append(statement)
            if statement.node is not None and traits.changes_enum(statement.node):
                enums.append(statement.node)
        else:
            close()
            done.append(Step(statements=(statement,), transactional=False))
    close()
    return tuple(done)


def _uses_what_is_not_committed(statement: Statement, enums: Sequence["pb.Node"]) -> bool:
    """Whether it may name a label that an enum has got in this transaction, which Postgres refuses (55P04).

    A label may be used at once where the enum is new as well, and as the neighbour of the next label.
    """
    if not enums or (statement.node is not None and traits.added_value(statement.node)):
        return False
    made = set(map(traits.made_type, enums))
    added = filter(None, map(traits.added_value, enums))
    return any(enum not in made and literal(label) in statement.sql for enum, label in added)


def contracts(text: str) -> bool:
    """Whether a migration says of itself, before its first statement, that it takes away what is still in use."""
    return _CONTRACTS.match(text) is not None


def strange_directives(text: str) -> Iterator[Directive]:
    """What looks like a directive and is none, or not where it stands: a slip of the pen that must not go unnoticed."""
    if not _DIRECTIVE.search(text):
        return  # without a second look at the tokens of a thousand files
    known = {COMMIT, CONTRACT} if contracts(text) else {COMMIT}
    source = text.encode()
    for start, _, comment in _comments(source):
        if _DIRECTIVE.match(comment) and comment not in known:
            line, column = position(source, start)
            yield Directive(text=comment, line=line, column=column)


def statements(text: str) -> tuple[Statement, ...]:
    """A SQL file → its statements, in order."""
    return tuple(statement for step in steps(text) for statement in step.statements)


def parse(text: str) -> "tuple[pb.Node, ...]":
    """The parse trees of a SQL text (libpg_query), empty where it does not parse."""
    return tuple(span.node for span in _spans(text.encode()) if span.node is not None)


def _statement(source: bytes, span: Span, line: int) -> Statement:
    column = len(source[source.rfind(b"\n", 0, span.start) + 1 : span.start].decode(errors="replace")) + 1
    text = source[span.start : span.end].decode()
    return Statement(sql=text, offset=span.start, line=line, column=column, node=span.node)


def _markers(source: bytes) -> tuple[list[int], bytes]:
    """Offsets of the `-- ccm: commit` lines, and the text with each breakpoint turned into a `;` of equal length."""
    commits: list[int] = []
    prepared = bytearray(source)
    for start, end, comment in _comments(source):
        if comment == COMMIT:
            commits.append(start)
        elif comment.startswith(BREAKPOINT):
            prepared[start:end] = b";".ljust(end - start)
    return commits, bytes(prepared)


def _comments(source: bytes) -> Iterator[tuple[int, int, str]]:
    """Of each comment that begins with `--` where it is and what it says; none where the lexer gives up."""
    from postgast import PgQueryError, pg_query_pb2, scan

    if b"--" not in source:
        return
    try:
        tokens = scan(source.decode()).tokens
    except PgQueryError:
        return
    for token in tokens:
        if token.token == pg_query_pb2.SQL_COMMENT:
            yield token.start, token.end, source[token.start : token.end].decode().rstrip()


def _spans(source: bytes) -> Iterator[Span]:
    from postgast import PgQueryError, parse

    try:
        trees = parse(source.decode()).stmts
    except PgQueryError:
        pieces = tuple(cut.pieces(source))
        for start, end in pieces:
            if len(pieces) == 1:
                yield _trimmed(source, start, end, None)
                continue
            for inner in _spans(source[start:end]):  # the neighbours of what does not parse are still classified
                yield Span(start=start + inner.start, end=start + inner.end, node=inner.node)
    else:
        for tree in trees:
            end = tree.stmt_location + tree.stmt_len if tree.stmt_len else len(source)
            yield _trimmed(source, tree.stmt_location, end, tree.stmt)


_SPACE = re.compile(rb"(?:\s+|--[^\n]*(?:\n|$)|;)*")
_COMMENT_MARK = re.compile(rb"/\*|\*/")


def _trimmed(source: bytes, start: int, end: int, node: "pb.Node | None") -> Span:
    """Without the white space and comments that stand before a statement, so that its line is where it begins."""
    start = _after_space(source, start, end)
    return Span(start=start, end=start + len(source[start:end].rstrip()), node=node)


def _after_space(source: bytes, start: int, end: int) -> int:
    space = _SPACE.match(source, start, end)
    start = space.end() if space else start
    if not source.startswith(b"/*", start, end):
        return start
    depth = 0
    for mark in _COMMENT_MARK.finditer(source, start, end):  # comments nest
        depth += 1 if mark[0] == b"/*" else -1
        if depth == 0:
            return _after_space(source, mark.end(), end)
    return end


def inside_a_transaction(text: str) -> str:
    """A statement without CONCURRENTLY: in a database that nobody else uses, the two do the same."""
    return _CONCURRENTLY.sub(r"\1", text, count=1)


_CONCURRENTLY = re.compile(r"(\A\s*(?:CREATE\s+(?:UNIQUE\s+)?INDEX|DROP\s+INDEX))\s+CONCURRENTLY\b", re.IGNORECASE)
