"""Range types, and the multiranges that come with them."""

from .case import Case

PRICES = "CREATE TYPE prices AS RANGE (SUBTYPE = numeric);"

CASES = (
    Case("a range type comes", "", PRICES, ('CREATE TYPE "prices" AS RANGE (SUBTYPE = numeric)',)),
    Case(
        "a range type with everything",
        "",
        """CREATE SCHEMA app; CREATE TYPE app."Text Range" AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops,
            COLLATION = "C", MULTIRANGE_TYPE_NAME = app.texts);
        CREATE TYPE floats AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
        COMMENT ON TYPE app."Text Range" IS 'it''s wide'; CREATE TABLE t (a app."Text Range", b app.texts, c floats[])""",
        since=14,
    ),
    Case(
        "the subtype of a range type that no column has changes", PRICES, "CREATE TYPE prices AS RANGE (SUBTYPE = int)"
    ),
    Case(
        "the subtype changes under columns",
        f"{PRICES} CREATE TABLE t (a prices DEFAULT prices(1, 2), b prices[], c pricesmulti)".replace(
            "pricesmulti", "prices_multirange"
        ),
        """CREATE TYPE prices AS RANGE (SUBTYPE = int);
        CREATE TABLE t (a prices DEFAULT prices(1, 2), b prices[], c prices_multirange)""",
        since=14,
    ),
    Case(
        "only the difference function changes under columns",
        "CREATE TYPE r AS RANGE (SUBTYPE = float8); CREATE TABLE t (a r); CREATE INDEX ON t USING gist (a)",
        """CREATE TYPE r AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi); CREATE TABLE t (a r);
        CREATE INDEX ON t USING gist (a)""",
    ),
)
