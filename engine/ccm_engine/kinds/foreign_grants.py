"""Grants that are seen and not modelled: `REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM PUBLIC`.

Those on what Postgres itself or an extension made, where they are no longer as these made them (pg_init_privs), and
those that somebody else than the owner has granted: GRANT by the owner leads to the same privileges, and yet pg_dump
tells the two apart.
"""

from ccm_engine.kinds.grant import ACLS

_MADE_BY_OTHERS = " union all ".join(
    f"select '{catalog}'::regclass, c.oid, {letter}, c.{prefix}owner, c.{prefix}acl from {catalog} c"
    for catalog, prefix, letter in (
        ("pg_class", "rel", """case c.relkind when 'S' then 's' else 'r' end::"char\""""),
        ("pg_proc", "pro", "'f'"),
        ("pg_namespace", "nsp", "'n'"),
        ("pg_type", "typ", "'T'"),
        ("pg_language", "lan", "'l'"),
        ("pg_foreign_data_wrapper", "fdw", "'F'"),
        ("pg_foreign_server", "srv", "'S'"),
    )
)

# an array of what is granted, whatever the order
_GRANTED = """(select array_agg(x.* order by x.*) from (
    select e.grantee, e.privilege_type, e.is_grantable from aclexplode({acl}) e) x)"""

# The information schema is made after pg_init_privs is filled, and pg_dump leaves it out.
# rows (kind, name); to follow the common table expressions of `ccm_engine.read`
QUERY = rf""", {ACLS}, changed as materialized (
    select o.classid, o.objid
    from ({_MADE_BY_OTHERS}) o (classid, objid, letter, owner, acl)
    left join pg_init_privs p on p.classoid = o.classid and p.objoid = o.objid and p.objsubid = 0
    where o.acl is distinct from p.initprivs
    and (o.objid < 16384 or exists (select from members m where m.classid = o.classid and m.objid = o.objid))
    and {_GRANTED.format(acl="coalesce(o.acl, acldefault(o.letter, o.owner))")}
        is distinct from {_GRANTED.format(acl="coalesce(p.initprivs, acldefault(o.letter, o.owner))")})
    select 'grant', format('on %s %s', i.type, i.identity)
    from changed o, pg_identify_object(o.classid, o.objid, 0) i
    where i.identity !~ '^information_schema\M'
    and (o.objid >= 16384 or not (o.classid = 'pg_namespace'::regclass and i.identity = 'public'))
    union all
    select distinct 'grant', format('of %s by %s', a.on_, r.rolname)
    from acls a, aclexplode(a.acl) x join pg_roles r on r.oid = x.grantor
    where x.grantor <> a.owner"""
