"""`ALTER TABLE "t" ALTER COLUMN "a" SET STORAGE EXTERNAL`: how a column is stored and analysed."""

from collections.abc import Iterator
from dataclasses import field

from ccm_engine.kinds.handed_down import Handed
from ccm_engine.value import value


@value
class Settings(Handed):
    """What no column has when it is made, but for what a parent table hands down."""

    storage: str | None = None
    """`EXTERNAL`, where it is not the type's own."""
    type_storage: str | None = field(default=None, compare=False)
    """The type's own, where the column's is another."""
    compression: str | None = None
    statistics: int | None = None
    """The statistics target."""
    options: tuple[str, ...] = ()
    """`n_distinct=-0.5`, sorted."""


def actions(old: Settings, new: Settings, *, retyped: bool) -> Iterator[str]:
    """The actions of ALTER COLUMN that lead from one to the other; with its type, a column's storage is reset."""
    storage, compression = (None, None) if retyped else (old.storage, old.compression)
    if storage != new.storage:
        yield f"SET STORAGE {new.storage or old.type_storage}"
    if compression != new.compression:
        yield f"SET COMPRESSION {new.compression or 'default'}"
    if old.statistics != new.statistics:
        yield f"SET STATISTICS {-1 if new.statistics is None else new.statistics}"
    names = {option.partition("=")[0] for option in new.options}
    removed = [name for option in old.options if (name := option.partition("=")[0]) not in names]
    if removed:
        yield f"RESET ({', '.join(removed)})"
    added = [option for option in new.options if option not in old.options]
    if added:
        yield f"SET ({', '.join(added)})"


COMPRESSION = "case attcompression when 'p' then 'pglz' when 'l' then 'lz4' end"
STORAGE = "case {} when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'm' then 'MAIN' else 'EXTENDED' end"

FIELDS = f"""
            case when a.attstorage <> t.typstorage then {STORAGE.format("a.attstorage")} end as storage,
            case when a.attstorage <> t.typstorage then {STORAGE.format("t.typstorage")} end as type_storage,
            {COMPRESSION} as compression,
            nullif(a.attstattarget, -1) as statistics,
            case when a.attoptions is null then '[]' else (
                select json_agg(o order by o) from unnest(a.attoptions) o) end as options"""
"""For the query of columns: `a` is their `pg_attribute`, `t` the `pg_type`."""
