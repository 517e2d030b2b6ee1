"""SQL for the comment of an object: `obj_description`, where many objects are asked for theirs."""


def comment(oid: str, catalog: str) -> str:
    """As `obj_description` says it, which looks up the catalog by its name each time."""
    return f"""(
                select e.description from pg_description e
                where e.objoid = {oid} and e.classoid = '{catalog}'::regclass and e.objsubid = 0)"""
