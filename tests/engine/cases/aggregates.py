"""Aggregates."""

from .case import Case

SUM = "CREATE AGGREGATE g(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')"

CASES = (
    Case(
        "an aggregate comes",
        "",
        SUM,
        ("""CREATE AGGREGATE "g"(integer) (\n\tSFUNC = int4pl,\n\tSTYPE = integer,\n\tINITCOND = '0'\n)""",),
    ),
    Case(
        "an aggregate goes",
        "CREATE AGGREGATE g(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0')",
        "",
        ('DROP AGGREGATE "g"(*)',),
    ),
    Case(
        "an aggregate is computed otherwise",
        SUM,
        "CREATE AGGREGATE g(int) (SFUNC = int4pl, STYPE = int, PARALLEL = SAFE, COMBINEFUNC = int4pl)",
        (
            'CREATE OR REPLACE AGGREGATE "g"(integer) (\n'
            "\tSFUNC = int4pl,\n\tSTYPE = integer,\n\tCOMBINEFUNC = int4pl,\n\tPARALLEL = SAFE\n)",
        ),
    ),
    Case(
        "an aggregate has a comment",
        SUM,
        f"{SUM}; COMMENT ON AGGREGATE g(int) IS 'it''s a sum'",
        ("""COMMENT ON AGGREGATE "g"(integer) IS 'it''s a sum'""",),
    ),
    Case(
        "an aggregate returns something else",
        SUM,
        """CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
        CREATE AGGREGATE g(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = f, FINALFUNC_MODIFY = SHAREABLE)""",
    ),
    Case(
        "all that an aggregate may have",
        "",
        """CREATE SCHEMA "my app";
        CREATE FUNCTION "my app"."Final"(internal, int) RETURNS numeric LANGUAGE internal AS 'numeric_poly_avg';
        CREATE AGGREGATE "my app"."Avg"("X" int) (SFUNC = int4_avg_accum, STYPE = int8[], SSPACE = 40,
            FINALFUNC = int8_avg, FINALFUNC_MODIFY = READ_WRITE, COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}',
            MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = int8[], MSSPACE = 41, MFINALFUNC = int8_avg,
            MFINALFUNC_MODIFY = SHAREABLE, MINITCOND = '{0,0}', PARALLEL = RESTRICTED);
        CREATE AGGREGATE poly(bigint) (SFUNC = int8_avg_accum, STYPE = internal, SSPACE = 48,
            FINALFUNC = "my app"."Final", FINALFUNC_EXTRA, COMBINEFUNC = int8_avg_combine,
            SERIALFUNC = int8_avg_serialize, DESERIALFUNC = int8_avg_deserialize);
        CREATE AGGREGATE least_of(int) (SFUNC = int4smaller, STYPE = int, SORTOP = <)""".replace(
            "(internal, int) RETURNS", "(internal, bigint) RETURNS"
        ),
    ),
    Case(
        "aggregates over ordered sets",
        "",
        """CREATE AGGREGATE disc(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
            FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_WRITE);
        CREATE AGGREGATE ranked(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi,
            STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL)""",
    ),
    Case(
        "aggregates of any number of arguments",
        SUM,
        """CREATE FUNCTION f(int, VARIADIC anyarray) RETURNS int LANGUAGE sql AS 'SELECT $1';
        CREATE AGGREGATE g(VARIADIC "Items" anyarray) (SFUNC = f, STYPE = int, INITCOND = '0')""",
    ),
    Case(
        "the function of an aggregate is made anew",
        """CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b';
        CREATE AGGREGATE g(int) (SFUNC = f, STYPE = int)""",
        """CREATE FUNCTION f(a int, c int) RETURNS int LANGUAGE sql AS 'SELECT a + c';
        CREATE AGGREGATE g(int) (SFUNC = f, STYPE = int)""",
    ),
)
