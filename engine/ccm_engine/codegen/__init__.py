"""The codegen: a process of its own in which sqlacodegen writes SQLAlchemy models of the tables of a database.

SQLAlchemy is no part of the daemon, and sqlacodegen, which reads a database with it, comes with the extra `pull` only.
`__main__` answers one request: `reflect` has SQLAlchemy read the tables, `mend` and `naming` put right what it
reads otherwise than it would write it, and `generator` has sqlacodegen write them down. `layout` breaks the lines.

Nothing here is imported by the daemon but `wire`.
"""
