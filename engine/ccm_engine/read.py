"""A connection → `Observed`, with a diagnostic for every object of a kind that is not modelled.

Six queries, whatever the size of the schema: the two of `beside`, which kinds there are, what no kind can model, the
catalog rows that are parts of objects, and the objects; and the names of what else a user has made, if anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from ccm_engine.beside import USERS_OWN, Address, Beside, ask
from ccm_engine.catalog import Catalog, Unmodelled
from ccm_engine.kinds import KINDS, columns, foreign_grants, since
from ccm_engine.observed import Observed, Row, catalog

if TYPE_CHECKING:
    import asyncpg

    from ccm_engine.beside import Connection

_ABOUT_OTHERS = {number for number, kind in enumerate(KINDS) if kind.about is not None}


_PRESENT = f"select array[{', '.join(kind.present for kind in KINDS)}]"


@cache
def _objects(numbers: tuple[int, ...]) -> str:
    """The objects of the kinds with these numbers in `KINDS`."""
    return USERS_OWN + " union all ".join(
        f"""
        select {number}, q.classid::oid, q.objid::oid, q.objsubid::int,
            json_build_array({", ".join(f'q."{column}"' for column in columns(KINDS[number]))})
        from {since.OLDER}, lateral ({KINDS[number].query}) q (classid, objid, objsubid)"""
        for number in numbers
    )


# What comes by the ten thousand comes as arrays: rows of their own would cost several times as much.


@cache
def _parts(numbers: tuple[int, ...]) -> str:
    """What the objects of the kinds with these numbers consist of."""
    parts = " union all ".join(
        "select classid::oid, objid::oid, of_classid::oid, of_objid::oid, of_objsubid::int"
        f" from ({KINDS[number].parts}) q (classid, objid, of_classid, of_objid, of_objsubid)"
        for number in numbers
        if KINDS[number].parts
    )
    return f"""
        select classid, of_classid, array_agg(objid), array_agg(of_objid), array_agg(of_objsubid)
        from ({parts}) every group by classid, of_classid"""


_NAMES = """
select i.type, i.identity
    || case o.classid when 'pg_user_mapping'::regclass then ' (its options may hold a password)' else '' end
from unnest($1::oid[], $2::oid[]) o (classid, objid), pg_identify_object(o.classid, o.objid, 0) i"""

_NEVER_MODELLED = (
    USERS_OWN
    + foreign_grants.QUERY
    + """
    union all
    select 'subscription', quote_ident(s.subname)
    from pg_subscription s join pg_database d on d.oid = s.subdbid and d.datname = current_database()
    union all
    select 'security label', format('%s of %s %s', quote_ident(l.provider), i.type, i.identity)
    from pg_seclabel l, pg_identify_object(l.classoid, l.objoid, l.objsubid) i"""
)


async def read(connection: "Connection", include: frozenset[str] = frozenset()) -> Catalog:
    """The schema of the connected database, as it is in the current transaction.

    `include` names the opt-in kinds that are of interest.
    """
    return catalog(await observe(connection, include))


async def read_modelled(connection: "Connection", include: frozenset[str]) -> Catalog:
    """As `read`, but what is not modelled is not asked for."""
    beside = await ask(connection, everything=False)
    return catalog(await _modelled(connection, beside, await _wanted(connection, include)))


async def observe(connection: "Connection", include: frozenset[str] = frozenset()) -> Observed:
    """What the connected database says of its schema, as it is in the current transaction.

    `include` names the opt-in kinds that are of interest.
    """
    return await complete(connection, await ask(connection), include)


async def complete(connection: "Connection", beside: Beside, include: frozenset[str]) -> Observed:
    """The rest of what `observe` says, in the transaction in which `ask` was called."""
    wanted = await _wanted(connection, include)
    unmodelled = await connection.fetch(_NEVER_MODELLED)
    modelled = await _modelled(connection, beside, wanted)
    others = [(classid, objid) for classid, objid in beside.made if (classid, objid, 0) not in modelled.wholes]
    if others:
        unmodelled += await connection.fetch(_NAMES, [classid for classid, _ in others], [objid for _, objid in others])
    return replace(modelled, unmodelled=tuple(Unmodelled(kind, name) for kind, name in unmodelled))


async def _wanted(connection: "Connection", include: frozenset[str]) -> tuple[int, ...]:
    """The numbers in `KINDS` of those of interest that the database can hold."""
    present: list[bool] = await connection.fetchval(_PRESENT)
    return tuple(
        number for number, kind in enumerate(KINDS) if present[number] and (not kind.opt_in or kind.name in include)
    )


async def _modelled(connection: "Connection", beside: Beside, kinds: tuple[int, ...]) -> Observed:
    parts = await connection.fetch(_parts(kinds))
    own: dict[Address, Row] = {}
    found: list[tuple[Address, Row]] = []
    for number, classid, objid, objsubid, text in await connection.fetch(_objects(kinds)):
        if number in _ABOUT_OTHERS:
            found.append(((classid, objid, objsubid), (number, text)))
        else:
            own[classid, objid, objsubid] = (number, text)
    return Observed(
        own=own,
        found=tuple(found),
        kinds=kinds,
        wholes=_wholes(own, parts),
        depends=beside.depends,
        unmodelled=(),
        major=connection.get_server_version().major,
    )


def _wholes(own: Iterable[Address], parts: "list[asyncpg.Record]") -> Mapping[Address, Address]:
    wholes = {address: address for address in own}
    pairs: list[tuple[Address, Address]] = [
        ((classid, objid, 0), (of_classid, *of))
        for classid, of_classid, objids, *of_whom in parts
        for objid, *of in zip(objids, *of_whom, strict=True)
    ]
    for _ in range(2):  # twice: the array type of a row type is a part of a part
        for part, of in pairs:
            whole = wholes.get(of)
            if whole is not None:
                wholes.setdefault(part, whole)
    return wholes
