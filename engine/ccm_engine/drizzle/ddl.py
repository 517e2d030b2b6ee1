"""The sections of a Drizzle Kit snapshot → the SQL that makes what they describe, in an empty database."""

import re
from collections.abc import Iterable, Iterator

from ccm_engine.catalog import Key
from ccm_engine.drizzle import form as drizzle
from ccm_engine.drizzle import table_ddl
from ccm_engine.drizzle.table_ddl import options, policy, sequence_options
from ccm_engine.sql import literal, qualified, quote


def statements(sections: drizzle.Projection) -> tuple[str, ...]:
    """What makes everything that a snapshot describes, for `Shadow.materialise`: views may read one another.

    It leads to the database that drizzle-kit 0.31's own SQL makes, where that works. Names are quoted as SQL demands,
    and a type or an expression stands as it is, which Drizzle does not do.
    """
    tables = sections["tables"].values()
    return (
        *(f"CREATE SCHEMA {quote(name)}" for name in schemas(sections)),
        *map(_role, sections["roles"].values()),
        *map(_enum, sections["enums"].values()),
        *map(_sequence, sections["sequences"].values()),
        *map(table_ddl.table, tables),
        *(statement for item in tables for statement in table_ddl.indexes(item)),
        *(statement for item in tables for statement in table_ddl.foreign_keys(item)),
        *(statement for item in tables for statement in table_ddl.row_security(item)),
        *(_view(item) for item in sections["views"].values() if not item["isExisting"]),
        *(policy(item, item.get("on", "")) for item in sections["policies"].values()),
    )


def schemas(sections: drizzle.Projection) -> Iterable[str]:
    """Those that a snapshot lists, and those that it names without listing them, because another has made them."""
    made = (
        *sections["tables"].values(),
        *sections["enums"].values(),
        *sections["sequences"].values(),
        *(view for view in sections["views"].values() if not view["isExisting"]),
    )
    used = (item["schema"] for item in made)
    return dict.fromkeys(name for name in (*sections["schemas"].values(), *used) if name not in {"", "public"})


def used(sections: drizzle.Projection) -> frozenset[Key]:
    """The views that Drizzle only uses: another makes them, and they are there all the same."""
    kinds = {True: "materialized view", False: "view"}
    existing = (view for view in sections["views"].values() if view["isExisting"])
    return frozenset(Key(kinds[view["materialized"]], (view["schema"], view["name"])) for view in existing)


def _role(role: drizzle.Role) -> str:
    options = ("CREATEDB" * role["createDb"], "CREATEROLE" * role["createRole"], "NOINHERIT" * (not role["inherit"]))
    return " ".join((f"CREATE ROLE {quote(role['name'])}", *filter(None, options)))


def _enum(enum: drizzle.Enum) -> str:
    return f"CREATE TYPE {qualified(enum['schema'], enum['name'])} AS ENUM ({', '.join(map(literal, enum['values']))})"


def _sequence(sequence: drizzle.Sequence) -> str:
    return f"CREATE SEQUENCE {qualified(sequence['schema'], sequence['name'])} {sequence_options(sequence)}"


def _view(view: drizzle.View) -> str:
    kind = "MATERIALIZED VIEW" if view["materialized"] else "VIEW"
    head = (f"CREATE {kind} {qualified(view['schema'], view['name'])}", *_storage(view))
    query = view.get("definition", "").rstrip("; \n\t")
    tail = "\nWITH NO DATA" if view.get("withNoData") else ""
    return f"{' '.join(head)} AS\n{query}{tail}"


def _storage(view: drizzle.View) -> Iterator[str]:
    if "using" in view:
        yield f"USING {quote(view['using'])}"
    yield from options({_snake(name): value for name, value in view.get("with", {}).items()})
    if "tablespace" in view:
        yield f"TABLESPACE {quote(view['tablespace'])}"


def _snake(name: str) -> str:
    """Drizzle writes `securityBarrier` for `security_barrier`."""
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
