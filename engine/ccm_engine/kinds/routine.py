"""What functions and procedures have in common: their arguments, their body, and what Postgres lets them become."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ccm_engine.kinds import configuration
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import InSchema
from ccm_engine.sql import literal, qualified, quote
from ccm_engine.value import value


@value
class Argument:
    """`mode` is IN, OUT, INOUT, VARIADIC, or TABLE for a column of RETURNS TABLE."""

    name: str | None = None
    mode: str = "IN"
    type: str
    default: str | None = None

    def sql(self, mode: str) -> str:
        name = (quote(self.name),) if self.name is not None else ()
        default = ("DEFAULT", settled(self.default)) if self.default is not None else ()
        return " ".join((*((mode,) if mode else ()), *name, self.type, *default))


@value
class Routine(InSchema):
    arguments: tuple[Argument, ...] = ()
    language: str
    """Quoted where it needs to be."""
    body: str
    """The string, or for a body that Postgres has parsed, that as it prints it; for C and internal ones, a symbol."""
    parsed: bool = False
    """Whether the body is BEGIN ATOMIC … END or RETURN …."""
    library: str | None = None
    """The file of a C function."""
    security_definer: bool = False
    transforms: tuple[str, ...] = ()
    configuration: tuple[str, ...] = ()
    """`name=value`, as pg_proc has them."""

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, f"{self.name}({', '.join(item.type for item in self.inputs)})")

    @property
    def word(self) -> str:
        return self.name

    @property
    def inputs(self) -> tuple[Argument, ...]:
        """Those that tell namesakes apart."""
        return tuple(item for item in self.arguments if item.mode in {"IN", "INOUT", "VARIADIC"})

    @property
    def outputs(self) -> tuple[Argument, ...]:
        return tuple(item for item in self.arguments if item.mode in {"OUT", "INOUT", "TABLE"})


# What `Routine` has. The body is cut out of the whole definition, because 13 has no function that prints it alone.
FIELDS = f"""
    n.name as schema,
    p.proname as name,
    (
        select coalesce(json_agg(json_build_object(
            'name', nullif(p.proargnames[k.number::int], ''),
            'mode', case p.proargmodes[k.number::int]
                when 'o' then 'OUT' when 'b' then 'INOUT' when 'v' then 'VARIADIC' when 't' then 'TABLE' else 'IN' end,
            'type', format_type(k.type, null),
            'default', pg_get_function_arg_default(p.oid, k.number::int)) order by k.number), '[]')
        from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality k (type, number)) as arguments,
    (select quote_ident(l.lanname) from pg_language l where l.oid = p.prolang) as language,
    case when to_jsonb(p) ->> 'prosqlbody' is null then p.prosrc
        else rtrim(substring(pg_get_functiondef(p.oid) from '\\n((?:BEGIN ATOMIC|RETURN ).*)$'), E'\\n') end as body,
    to_jsonb(p) ->> 'prosqlbody' is not null as parsed,
    p.probin as library,
    p.prosecdef as security_definer,
    (
        select coalesce(json_agg(format_type(k.type, null) order by k.number), '[]')
        from unnest(p.protrftypes) with ordinality k (type, number)) as transforms,
    {configuration.fields("p.proconfig")} as configuration,
    obj_description(p.oid, 'pg_proc') as comment"""

# Those of the user; the constructors of a range type belong to the type.
FROM = "from pg_proc p join namespaces n on n.oid = p.pronamespace"
OWN = """
    where not exists (select from members m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
    and not exists (
        select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')"""


def definition(verb: str, item: Routine, returns: Iterable[str], options: Iterable[str]) -> str:
    arguments = ", ".join(_arguments(item))
    head = " ".join((f"{verb} {qualified(item.schema, item.name)}({arguments})", *returns))
    transform = f"TRANSFORM {', '.join(f'FOR TYPE {name}' for name in item.transforms)}"
    properties = " ".join(
        (f"LANGUAGE {item.language}", *((transform,) if item.transforms else ()), *options, *_security(item))
    )
    settings = (f"SET {configuration.setting(entry)}" for entry in item.configuration)
    return "\n".join((head, properties, *settings, _body(item)))


def _arguments(item: Routine) -> Iterator[str]:
    for argument in item.arguments:
        if argument.mode != "TABLE":
            yield argument.sql("" if argument.mode == "IN" else argument.mode)


def _security(item: Routine) -> Iterator[str]:
    if item.security_definer:
        yield "SECURITY DEFINER"


def _body(item: Routine) -> str:
    if item.parsed:
        return item.body
    if item.library is not None:
        return f"AS {_constant(item.library)}, {_constant(item.body)}"
    return f"AS {_constant(item.body) if item.language == 'internal' else _quoted(item.body)}"


def _constant(text: str) -> str:
    return f"E{literal(text.replace(chr(92), chr(92) * 2))}" if "\\" in text else literal(text)


_TAGS = ("$$", "$body$", *(f"$body{number}$" for number in range(1, 1000)))


def _quoted(text: str) -> str:
    """Between dollars that it does not hold, or where an editor might lose its line ends, with these written out."""
    if "\r" in text:
        return "E" + literal(text.replace("\\", "\\\\").replace("\r", "\\r"))
    tag = next(tag for tag in _TAGS if (text + tag).index(tag) == len(text))
    return f"{tag}{text}{tag}"


def alterations(old: Routine, new: Routine) -> Iterator[str]:
    """What ALTER FUNCTION says of the properties that procedures have as well."""
    if old.security_definer != new.security_definer:
        yield f"SECURITY {'DEFINER' if new.security_definer else 'INVOKER'}"
    yield from configuration.changes(old.configuration, new.configuration)


def same_signature(old: Routine, new: Routine) -> bool:
    """Whether CREATE OR REPLACE takes the new arguments: names and defaults may come, and not go."""
    if [item.mode for item in old.inputs] != [item.mode for item in new.inputs]:
        return False
    return all(_takes(before, after) for before, after in zip(old.inputs, new.inputs, strict=True))


def _takes(old: Argument, new: Argument) -> bool:
    if old.name not in {None, new.name}:
        return False
    polymorphic = new.type.startswith("any")  # a default of another type would make another function of it
    return old.default is None or (new.default is not None and (old.default == new.default or not polymorphic))


def row(item: Routine) -> list[tuple[str | None, str]]:
    """The columns of what it returns."""
    return [(output.name, output.type) for output in item.outputs]


STUB = "BEGIN END"


def emptied(item: Routine) -> bool:
    """Whether a stub can stand for it: there is a text in it that may name what is not there yet."""
    return item.language in {"sql", "plpgsql"}


_WORD = re.compile(r'"(?:[^"]|"")+"|[^\W\d][\w$]*')
_DECLARED = re.compile(r"\bdeclare\b(.*?)\bbegin\b", re.IGNORECASE | re.DOTALL)


def words(item: Routine, returns: str = "") -> frozenset[str]:
    """The names in a text that Postgres looks up when the routine is made; for a stub, all it is made of."""
    if item.body == STUB:
        return _names(" ".join((returns, *(argument.type for argument in item.arguments))))
    if item.language == "sql" and not item.parsed:
        return _names(item.body)
    if item.language == "plpgsql":
        return _names(" ".join(_DECLARED.findall(item.body)))
    return frozenset()


def _names(text: str) -> frozenset[str]:
    found = _WORD.findall(text)
    return frozenset(word[1:-1].replace('""', '"') if word.startswith('"') else word.lower() for word in found)


def calls_itself(item: Routine) -> bool:
    """A body that Postgres parses before the routine is there."""
    return item.parsed and f"{item.name}(" in item.body.replace('"', "")


def alterable(old: Routine, new: Routine, *names: str) -> bool:
    """Whether the two differ in nothing but these (and their comment), in a way that ALTER FUNCTION can mend."""
    same = replace(old, **{name: getattr(new, name) for name in (*names, "comment")})
    return same == new and configuration.kept_in_order(old.configuration, new.configuration)
