"""Columns of the system catalogs that older servers do not have, and what they would say there.

A kind's query names such a column without its table (`conperiod`, not `c.conperiod`). Where the table has it, that is
the one that Postgres finds first; where it has not, Postgres looks further out, and finds it in `OLDER`, beside which
each query is put.
"""

_COLUMNS = (
    ("attcompression", "''::\"char\""),  # 14
    ("confdelsetcols", "null::int2[]"),  # 15
    ("indnullsnotdistinct", "false"),  # 15
    ("conenforced", "true"),  # 18
    ("conperiod", "false"),  # 18
)

OLDER = f"""(values ({", ".join(value for _, value in _COLUMNS)})) older ({", ".join(name for name, _ in _COLUMNS)})"""
