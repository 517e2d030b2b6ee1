"""Everything that SQLAlchemy can say to PostgreSQL 15 and 18, said once: what our engine is measured against.

`METADATAS` holds it all, in three metadatas of which a later one may refer to an earlier one. Four files are not
imported here, because not every server or every engine takes them: `exotic` adds partitions, inheritance and
temporary tables to the first metadata; `contrib` (types from extensions), `postgres18` and `views` (what only
SQLAlchemy 2.1 can say) have a `metadata` of their own.
"""

from . import column_types, columns, constraints, events, indexes, models, named_types, names
from .bases import METADATAS, Plain, Shop, loose

__all__ = [
    "METADATAS",
    "Plain",
    "Shop",
    "column_types",
    "columns",
    "constraints",
    "events",
    "indexes",
    "loose",
    "models",
    "named_types",
    "names",
]
