"""What a person says was renamed: `--rename old=new` finds the one thing that is meant, or says what there is."""

from dataclasses import dataclass

import pytest

from ccm_engine import answer, errors
from ccm_engine.catalog import EMPTY
from ccm_engine.harvester.wire import Rename
from ccm_engine.kinds import KINDS
from ccm_engine.plan import Plan, plan
from ccm_engine.prove import prove
from ccm_engine.renames import resolve
from ccm_engine.shadow import Shadow

from .conftest import Stage, materialise


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    before: str
    after: str
    answers: tuple[str, ...]
    expected: tuple[str, ...]


USERS = "CREATE TABLE users (email text)"
MOOD = "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood DEFAULT 'sad')"


def on_18(statement: str) -> str:
    """What a server before, where a NOT NULL has no name, passes over."""
    body = f"BEGIN\n\tIF current_setting('server_version_num')::int >= 180000 THEN\n\t\t{statement};\n\tEND IF;\nEND"
    return f"DO $$ {body} $$"


CASES = (
    Case(
        "a table",
        USERS,
        "CREATE TABLE accounts (email text)",
        ("users=accounts",),
        ('ALTER TABLE "users" RENAME TO "accounts"',),
    ),
    Case(
        "a column, its table by its old name, which changes as well",
        USERS,
        "CREATE TABLE accounts (mail text)",
        ("users.email=mail", "users=accounts"),
        ('ALTER TABLE "users" RENAME TO "accounts"', 'ALTER TABLE "accounts" RENAME COLUMN "email" TO "mail"'),
    ),
    Case(
        "a column, its table by its new name",
        USERS,
        "CREATE TABLE accounts (mail text)",
        ("users=accounts", "accounts.email=mail"),
        ('ALTER TABLE "users" RENAME TO "accounts"', 'ALTER TABLE "accounts" RENAME COLUMN "email" TO "mail"'),
    ),
    Case(
        "a column, written out on both sides",
        USERS,
        "CREATE TABLE users (mail text)",
        ("public.users.email=public.users.mail",),
        ('ALTER TABLE "users" RENAME COLUMN "email" TO "mail"',),
    ),
    Case(
        "a table in a schema, by its full name on both sides",
        f"CREATE SCHEMA app; CREATE TABLE app.users (x int); {USERS}",
        f"CREATE SCHEMA app; CREATE TABLE app.accounts (x int); {USERS}",
        ("app.users=app.accounts",),
        ('ALTER TABLE "app"."users" RENAME TO "accounts"',),
    ),
    Case(
        "a table in a schema, by its full name on one side",
        "CREATE SCHEMA app; CREATE TABLE app.users (x int)",
        "CREATE SCHEMA app; CREATE TABLE app.accounts (x int)",
        ("app.users=accounts",),
        ('ALTER TABLE "app"."users" RENAME TO "accounts"',),
    ),
    Case(
        "one of two namesakes, of which only one has the new name in its schema",
        f"CREATE SCHEMA app; CREATE TABLE app.users (x int); {USERS}",
        f"CREATE SCHEMA app; CREATE TABLE app.accounts (x int); {USERS}",
        ("users=accounts",),
        ('ALTER TABLE "app"."users" RENAME TO "accounts"',),
    ),
    Case(
        "a table that moves to a schema that is there, with its sequence, its index and its constraints",
        "CREATE SCHEMA app; CREATE TABLE users (id serial PRIMARY KEY, n int UNIQUE); CREATE INDEX ON users (n, id)",
        "CREATE SCHEMA app; CREATE TABLE app.users (id serial PRIMARY KEY, n int UNIQUE); "
        "CREATE INDEX ON app.users (n, id)",
        ("users=app.users",),
        ('ALTER TABLE "users" SET SCHEMA "app"',),
    ),
    Case(
        "a table that moves to a new schema under a new name",
        USERS,
        "CREATE SCHEMA app; CREATE TABLE app.accounts (email text)",
        ("users=app.accounts",),
        (
            'CREATE SCHEMA "app"',
            'ALTER TABLE "users" SET SCHEMA "app"',
            'ALTER TABLE "app"."users" RENAME TO "accounts"',
        ),
    ),
    Case(
        "a schema, with what is in it, one table of which is renamed as well",
        "CREATE SCHEMA app; CREATE TABLE app.users (email text); CREATE TABLE app.t (a int)",
        "CREATE SCHEMA core; CREATE TABLE core.accounts (mail text); CREATE TABLE core.t (a int)",
        ("app.users.email=mail", "schema:app=core", "app.users=accounts"),
        (
            'ALTER SCHEMA "app" RENAME TO "core"',
            'ALTER TABLE "core"."users" RENAME TO "accounts"',
            'ALTER TABLE "core"."accounts" RENAME COLUMN "email" TO "mail"',
        ),
    ),
    Case(
        "a schema, of which nothing else has the name",
        "CREATE SCHEMA app",
        "CREATE SCHEMA core",
        ("app=core",),
        ('ALTER SCHEMA "app" RENAME TO "core"',),
    ),
    Case(
        "a type",
        MOOD,
        "CREATE TYPE feeling AS ENUM ('sad', 'ok'); CREATE TABLE t (m feeling DEFAULT 'sad')",
        ("type:mood=feeling",),
        ('ALTER TYPE "mood" RENAME TO "feeling"',),
    ),
    Case(
        "a type, of which nothing else has the name",
        MOOD,
        "CREATE TYPE feeling AS ENUM ('sad', 'ok'); CREATE TABLE t (m feeling DEFAULT 'sad')",
        ("mood=feeling",),
        ('ALTER TYPE "mood" RENAME TO "feeling"',),
    ),
    Case(
        "a value of a type, and the type",
        MOOD,
        "CREATE TYPE feeling AS ENUM ('unhappy', 'ok'); CREATE TABLE t (m feeling DEFAULT 'unhappy')",
        ("value:mood.sad=unhappy", "mood=feeling"),
        ('ALTER TYPE "mood" RENAME TO "feeling"', """ALTER TYPE "feeling" RENAME VALUE 'sad' TO 'unhappy'"""),
    ),
    Case(
        "a value with a dot and a quote in it",
        "CREATE TYPE v AS ENUM ('1.0', 'x')",
        "CREATE TYPE v AS ENUM ('it''s', 'x')",
        ("""v."1.0"=it's""",),
        ("""ALTER TYPE "v" RENAME VALUE '1.0' TO 'it''s'""",),
    ),
    Case(
        "a domain",
        "CREATE DOMAIN d AS int; CREATE TABLE t (a d)",
        "CREATE DOMAIN e AS int; CREATE TABLE t (a e)",
        ("type:d=e",),
        ('ALTER DOMAIN "d" RENAME TO "e"',),
    ),
    Case(
        "a sequence that stands alone",
        "CREATE SEQUENCE a",
        "CREATE SEQUENCE b",
        ("sequence:a=b",),
        ('ALTER SEQUENCE "a" RENAME TO "b"',),
    ),
    Case(
        "an index whose definition changes nothing",
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a)",
        "CREATE TABLE t (a int); CREATE INDEX j ON t (a)",
        ("index:i=j",),
        ('ALTER INDEX "i" RENAME TO "j"',),
    ),
    Case(
        "a constraint, whose namesake is a column",
        "CREATE TABLE t (a int, CONSTRAINT a CHECK (a > 0))",
        "CREATE TABLE t (b int, CONSTRAINT b CHECK (b > 0))",
        ("constraint:t.a=b", "column:t.a=b"),
        ('ALTER TABLE "t" RENAME CONSTRAINT "a" TO "b"', 'ALTER TABLE "t" RENAME COLUMN "a" TO "b"'),
    ),
    Case(
        "odd names in quotes",
        'CREATE SCHEMA "my app"; CREATE TABLE "my app"."a.b" ("x=y" int)',
        'CREATE SCHEMA "my app"; CREATE TABLE "my app"."C:d" ("Z ""z""" int)',
        ('my app."a.b"="C:d"', '"a.b"."x=y"="Z ""z"""'),
        (
            'ALTER TABLE "my app"."a.b" RENAME TO "C:d"',
            'ALTER TABLE "my app"."C:d" RENAME COLUMN "x=y" TO "Z ""z"""',
        ),
    ),
    Case(
        "a chain of tables, in whatever order",
        "CREATE TABLE a (x int); CREATE TABLE b (y int)",
        "CREATE TABLE b (x int); CREATE TABLE c (y int)",
        ("a=b", "b=c"),
        ('ALTER TABLE "b" RENAME TO "c"', 'ALTER TABLE "a" RENAME TO "b"'),
    ),
    Case(
        "a table whose sequences, keys, checks and indexes have their names from it",
        """CREATE TABLE users (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE,
            n serial, CHECK (n > 0), CHECK (email <> '' AND n > 1), parent bigint REFERENCES users);
        CREATE INDEX ON users (email, n); CREATE INDEX ON users (lower(email));
        CREATE UNIQUE INDEX ON users (email) WHERE n > 2; ALTER TABLE users ADD EXCLUDE (email WITH =)""",
        """CREATE TABLE accounts (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE,
            n serial, CHECK (n > 0), CHECK (email <> '' AND n > 1), parent bigint REFERENCES accounts);
        CREATE INDEX ON accounts (email, n); CREATE INDEX ON accounts (lower(email));
        CREATE UNIQUE INDEX ON accounts (email) WHERE n > 2; ALTER TABLE accounts ADD EXCLUDE (email WITH =)""",
        ("users=accounts",),
        (
            'ALTER TABLE "users" RENAME TO "accounts"',
            'ALTER SEQUENCE "users_n_seq" RENAME TO "accounts_n_seq"',
            'ALTER TABLE "accounts" RENAME CONSTRAINT "users_pkey" TO "accounts_pkey"',
            'ALTER TABLE "accounts" RENAME CONSTRAINT "users_email_key" TO "accounts_email_key"',
            'ALTER TABLE "accounts" RENAME CONSTRAINT "users_check" TO "accounts_check"',
            'ALTER TABLE "accounts" RENAME CONSTRAINT "users_n_check" TO "accounts_n_check"',
            'ALTER TABLE "accounts" RENAME CONSTRAINT "users_email_excl" TO "accounts_email_excl"',
            'ALTER TABLE "accounts" RENAME CONSTRAINT "users_parent_fkey" TO "accounts_parent_fkey"',
            'ALTER INDEX "users_email_idx" RENAME TO "accounts_email_idx"',
            'ALTER INDEX "users_email_n_idx" RENAME TO "accounts_email_n_idx"',
            'ALTER INDEX "users_lower_idx" RENAME TO "accounts_lower_idx"',
            on_18('ALTER TABLE "accounts" RENAME CONSTRAINT "users_email_not_null" TO "accounts_email_not_null"'),
            on_18('ALTER TABLE "accounts" RENAME CONSTRAINT "users_id_not_null" TO "accounts_id_not_null"'),
            'ALTER SEQUENCE "users_id_seq" RENAME TO "accounts_id_seq"',
            """ALTER TABLE "accounts" ALTER COLUMN "n" SET DEFAULT nextval('accounts_n_seq'::regclass)""",
            on_18('ALTER TABLE "accounts" RENAME CONSTRAINT "users_n_not_null" TO "accounts_n_not_null"'),
        ),
    ),
    Case(
        "a column whose sequence, key, check and index have their names from it",
        """CREATE TABLE t (a serial UNIQUE CHECK (a > 0) REFERENCES u, g int NOT NULL);
        CREATE INDEX ON t (a, g); CREATE TABLE u (id int PRIMARY KEY)""",
        """CREATE TABLE t (b serial UNIQUE CHECK (b > 0) REFERENCES u, g int NOT NULL);
        CREATE INDEX ON t (b, g); CREATE TABLE u (id int PRIMARY KEY)""",
        ("t.a=b",),
        (
            'ALTER TABLE "t" RENAME COLUMN "a" TO "b"',
            'ALTER SEQUENCE "t_a_seq" RENAME TO "t_b_seq"',
            'ALTER TABLE "t" RENAME CONSTRAINT "t_a_key" TO "t_b_key"',
            'ALTER TABLE "t" RENAME CONSTRAINT "t_a_check" TO "t_b_check"',
            'ALTER TABLE "t" RENAME CONSTRAINT "t_a_fkey" TO "t_b_fkey"',
            'ALTER INDEX "t_a_g_idx" RENAME TO "t_b_g_idx"',
            """ALTER TABLE "t" ALTER COLUMN "b" SET DEFAULT nextval('t_b_seq'::regclass)""",
            on_18('ALTER TABLE "t" RENAME CONSTRAINT "t_a_not_null" TO "t_b_not_null"'),
        ),
    ),
    Case(
        "names that people gave stay, though they hold the old one",
        "CREATE TABLE a (x int CONSTRAINT a_has_x NOT NULL, CONSTRAINT a_x CHECK (x > 0)); CREATE INDEX a_i ON a (x)",
        "CREATE TABLE b (x int CONSTRAINT a_has_x NOT NULL, CONSTRAINT a_x CHECK (x > 0)); CREATE INDEX a_i ON b (x)",
        ("a=b",),
        ('ALTER TABLE "a" RENAME TO "b"',),
    ),
)


async def planned(shadow: Shadow, case: Case, hints: tuple[Rename, ...] = ()) -> Plan:
    """What is planned with the answers; and it is proved."""
    head, goal = await materialise(shadow, case.before), await materialise(shadow, case.after)
    renamed, renamings = await resolve(shadow, head, goal, hints, tuple(map(answer.parse, case.answers)))
    made = plan(renamed, goal, renames=renamings)
    await prove(shadow, head, goal, made)
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_is_answered_is_renamed(case: Case, shadow18: Shadow) -> None:
    made = await planned(shadow18, case)
    assert tuple(statement.sql for statement in made.statements) == case.expected


@pytest.mark.on_request
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_plan_with_renamings_runs_on_each_server(case: Case, shadow: Shadow, stage: Stage) -> None:
    made = await planned(shadow, case)
    await stage.run(plan(EMPTY, await materialise(shadow, case.before)).render())
    await stage.run(made.render())
    assert await stage.catalog() == await materialise(shadow, case.after)


async def test_what_a_model_says_too_is_done_once(shadow18: Shadow) -> None:
    hint = Rename(kind="table", schema="public", table="accounts", old="users", new="accounts")
    assert [statement.sql for statement in (await planned(shadow18, CASES[0], (hint,))).statements] == list(
        CASES[0].expected
    )


async def test_a_renaming_is_a_change_with_a_name(shadow18: Shadow) -> None:
    made = await planned(shadow18, CASES[1])
    assert [statement.change for statement in made.statements] == [
        "~ table public.users → accounts",
        "~ column public.accounts.email → mail",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "users", "=accounts", "users=", "a=b=c", "a..b=c", ".a=b", "tabel:a=b", 'a"b=c', "a:b:c=d", "f(=g", ":a=b"],
)
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(errors.RenameUnreadable) as caught:
        answer.parse(text)
    assert f"--rename {text}: this is not OLD=NEW" in str(caught.value)
    assert "constraint:" in str(caught.value)


def test_the_arguments_of_a_function_belong_to_its_name() -> None:
    parsed = answer.parse("function:app.f(integer, text)=g")
    assert (parsed.old, parsed.new) == (("app", "f(integer, text)"), ("g",))


def test_of_every_kind_it_is_known_whether_it_can_be_renamed() -> None:
    never = {"extension", "sequence ownership", "owner", "grant", "default privileges", "user mapping"}
    never |= {"publication schema", "publication table"}
    assert {kind.name for kind in KINDS} <= answer.KINDS | never


@dataclass(frozen=True, slots=True)
class Mistake:
    before: str
    after: str
    answers: tuple[str, ...]
    message: str


MISTAKES = (
    Mistake(
        f"{USERS}; CREATE TABLE t (a int, old_name int)",
        "CREATE TABLE accounts (email text); CREATE TABLE t (a int, new_name int)",
        ("user=accounts",),
        """--rename user=accounts: nothing that is called user before is called accounts afterwards

only before:
    column public.t.old_name
    table public.users
only afterwards:
    column public.t.new_name
    table public.accounts

hint: names are written as they are in the database, those of columns with their table: users.email=mail""",
    ),
    Mistake(
        USERS,
        "CREATE TABLE accounts (email text)",
        ("view:users=accounts",),
        """--rename view:users=accounts: nothing that is called users before is called accounts afterwards

only before:
    nothing
only afterwards:
    nothing

hint: names are written as they are in the database, those of columns with their table: users.email=mail""",
    ),
    Mistake(
        "CREATE SCHEMA a; CREATE TABLE a (x int); CREATE TABLE a.a (x int)",
        "CREATE SCHEMA b; CREATE TABLE b (x int); CREATE TABLE b.b (x int)",
        ("a=b",),
        """--rename a=b may mean more than one thing
    schema a → b
    table b.a → b
    table public.a → b

hint: write the schema, or the kind, in front: app.users=accounts, index:users=accounts""",
    ),
    Mistake(
        "CREATE TABLE a (x int); CREATE TABLE b (x int)",
        "CREATE TABLE b (x int)",
        ("a=b",),
        """--rename: table public.a cannot become table public.b, which is there already and keeps its name

hint: where two change places, rename one of them to a third name in a migration of its own""",
    ),
    Mistake(
        "CREATE TABLE a (x int); CREATE TABLE b (y int)",
        "CREATE TABLE a (y int); CREATE TABLE b (x int)",
        ("a=b", "b=a"),
        """--rename: table public.a cannot become table public.b, which is there already and keeps its name

hint: where two change places, rename one of them to a third name in a migration of its own""",
    ),
)  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: ", ".join(mistake.answers))
async def test_an_answer_that_fits_nothing_or_too_much_says_what_there_is(mistake: Mistake, shadow18: Shadow) -> None:
    head, goal = await materialise(shadow18, mistake.before), await materialise(shadow18, mistake.after)
    with pytest.raises(errors.ConfigurationError) as caught:
        await resolve(shadow18, head, goal, (), tuple(map(answer.parse, mistake.answers)))
    assert str(caught.value) == mistake.message


async def test_rows_and_numbers_stay_with_what_is_renamed(shadow: Shadow, stage: Stage) -> None:
    case = next(case for case in CASES if "whose sequences" in case.name)
    await stage.run(plan(EMPTY, await materialise(shadow, case.before)).render())
    await stage.connection.execute("INSERT INTO users (email, n) VALUES ('a', 5), ('b', 6)")
    await stage.run((await planned(shadow, case)).render())
    await stage.connection.execute("INSERT INTO accounts (email, n) VALUES ('c', 7)")
    rows = await stage.connection.fetch("SELECT id, email FROM accounts ORDER BY id")
    assert [tuple(row) for row in rows] == [(1, "a"), (2, "b"), (3, "c")]
