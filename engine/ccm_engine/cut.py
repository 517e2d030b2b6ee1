"""Where a SQL text that does not parse is cut: at each `;` that no parenthesis and no `BEGIN ATOMIC … END` holds."""

from collections.abc import Iterator


def pieces(source: bytes) -> Iterator[tuple[int, int]]:
    """Where each statement begins and ends; none is white space alone, unless all is."""
    start = 0
    for at in _ends(source):
        if source[start:at].strip():
            yield start, at
        start = at + 1
    if source[start:].strip() or start == 0:
        yield start, len(source)


def _ends(source: bytes) -> Iterator[int]:
    """None where an unterminated string leaves nothing to tell apart."""
    from postgast import PgQueryError, pg_query_pb2, scan

    try:
        tokens = scan(source.decode()).tokens
    except PgQueryError:
        return
    closers: list[int] = []
    before = pg_query_pb2.NUL
    for token in tokens:
        if closer := _closer(before, token.token, within=closers):
            closers.append(closer)
        elif token.token in closers[-1:]:
            closers.pop()
        elif token.token == pg_query_pb2.ASCII_59 and not closers:
            yield token.start
        before = token.token


def _closer(before: int, token: int, *, within: list[int]) -> int | None:
    """What ends that which a token begins, where no `;` counts."""
    from postgast import pg_query_pb2

    if token == pg_query_pb2.ASCII_40:
        return int(pg_query_pb2.ASCII_41)
    body = before == pg_query_pb2.BEGIN_P and token == pg_query_pb2.ATOMIC
    case = token == pg_query_pb2.CASE and pg_query_pb2.END_P in within
    return int(pg_query_pb2.END_P) if body or case else None
