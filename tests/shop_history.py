"""Thirty Alembic revisions of a small shop: of every sort that people write, on two branches that are merged."""

from alembics import Revision, chain

BEFORE = chain(
    (
        "accounts",
        """
        op.create_table(
            "account",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("email", sa.String(320), nullable=False),
            sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
            sa.UniqueConstraint("email", name="account_email_key"),
        )
        """,
    ),
    (
        "organisations and members",
        """
        op.create_table(
            "organisation",
            sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
            sa.Column("name", sa.Text, nullable=False, index=True),
        )
        op.create_table(
            "member",
            sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", name="member_account_fk")),
            sa.Column("organisation_id", sa.Uuid, sa.ForeignKey("organisation.id", ondelete="CASCADE")),
            sa.PrimaryKeyConstraint("account_id", "organisation_id"),
        )
        """,
    ),
    (
        "roles of members",
        """
        role = sa.Enum("owner", "member", name="role")
        role.create(op.get_bind(), checkfirst=True)
        op.add_column("member", sa.Column("role", role, nullable=False, server_default="member"))
        """,
    ),
    (
        "emails regardless of case",
        """
        op.drop_constraint("account_email_key", "account", type_="unique")
        op.create_index("account_email_lower", "account", [sa.text("lower(email)")], unique=True)
        """,
    ),
    (
        "plans",
        r"""
        plan = op.create_table(
            "plan",
            sa.Column("code", sa.String(20), primary_key=True),
            sa.Column("title", sa.Text, nullable=False),
            sa.Column("price", sa.Numeric(10, 2), nullable=False, server_default="0"),
            sa.Column("limits", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
            sa.Column("since", sa.Date),
            sa.Column("key", sa.Uuid),
            sa.Column("icon", sa.LargeBinary),
            sa.Column("words", pg.ARRAY(sa.Text)),
            sa.Column("seen", sa.DateTime(timezone=True)),
        )
        op.bulk_insert(plan, [
            {"code": "free", "title": "O'Neil's 100% \\ free\tplan; :x -- %s", "price": decimal.Decimal("0.00"),
             "limits": {"seats": 1, "note": "it's"}, "since": datetime.date(2024, 1, 2),
             "key": uuid.UUID(int=7), "icon": b"a\\b\x00'", "words": ["a", "b'c"],
             "seen": datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)},
            {"code": "team", "title": "Équipe\nà deux", "price": decimal.Decimal("9.90"), "limits": {},
             "since": None, "key": None, "icon": None, "words": [], "seen": None},
        ])
        """,
    ),
    (
        "plan of an organisation",
        """
        op.execute("INSERT INTO organisation (id, name) VALUES ('00000000-0000-0000-0000-000000000001', 'First')")
        op.add_column("organisation", sa.Column("plan_code", sa.String(20)))
        op.execute("UPDATE organisation SET plan_code = 'free' WHERE name LIKE '%i%'")
        op.alter_column("organisation", "plan_code", nullable=False)
        op.create_foreign_key("organisation_plan_fk", "organisation", "plan", ["plan_code"], ["code"])
        """,
    ),
    ("name becomes title", 'op.alter_column("organisation", "name", new_column_name="title")'),
    (
        "active accounts",
        'op.execute("CREATE VIEW active_account AS SELECT id, email FROM account WHERE is_active; -- for support")',
    ),
    (
        "checks and comments",
        """
        op.create_check_constraint("plan_price_positive", "plan", "price >= 0")
        op.create_table_comment("plan", "What can be bought")
        op.alter_column("plan", "price", comment="a month, in euros; it's without tax")
        """,
    ),
    (
        "tags as arrays",
        """
        with op.batch_alter_table("account") as batch:
            batch.add_column(sa.Column("tags", pg.ARRAY(sa.Text), server_default="{}", nullable=False))
            batch.add_column(sa.Column("settings", pg.JSONB))
        op.create_index("account_tags", "account", ["tags"], postgresql_using="gin")
        """,
    ),
    (
        "wider types",
        """
        op.alter_column("plan", "title", type_=sa.String(200), existing_type=sa.Text(), existing_nullable=False)
        op.alter_column("plan", "price", type_=sa.Numeric(12, 4), server_default=sa.text("1.5"))
        """,
    ),
    (
        "audit",
        """
        op.create_table(
            "audit",
            sa.Column("id", sa.BigInteger, sa.Identity(always=True, start=100), primary_key=True),
            sa.Column("what", sa.Text, nullable=False),
            sa.Column("size", sa.Integer, sa.Computed("length(what)", persisted=True)),
            sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id")),
        )
        """,
    ),
)

FORK = (BEFORE[-1].id,)

LEFT = chain(
    (
        "invoices",
        """
        op.create_table(
            "invoice",
            sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
            sa.Column("organisation_id", sa.Uuid, sa.ForeignKey("organisation.id"), nullable=False),
            sa.Column("total", sa.Numeric(12, 2), nullable=False),
        )
        op.add_column("account", sa.Column("billing_name", sa.Text))
        """,
    ),
    (
        "invoices by organisation",
        """
        with op.get_context().autocommit_block():
            op.create_index("invoice_organisation", "invoice", ["organisation_id"], postgresql_concurrently=True)
        """,
    ),
    (
        "state of an invoice",
        """
        state = pg.ENUM("draft", "sent", "paid", name="invoice_state")
        state.create(op.get_bind())
        op.add_column("invoice", sa.Column("state", state, server_default="draft", nullable=False))
        """,
    ),
    first=FORK,
)

RIGHT = chain(
    (
        "labels",
        """
        op.create_table("label", sa.Column("id", sa.Integer, primary_key=True), sa.Column("word", sa.String(50)))
        op.create_table(
            "account_label",
            sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), primary_key=True),
            sa.Column("label_id", sa.Integer, sa.ForeignKey("label.id"), primary_key=True),
        )
        """,
    ),
    ("nicknames", 'op.add_column("account", sa.Column("nickname", sa.Text, server_default="nobody"))'),
    (
        "first labels",
        """
        bind = op.get_bind()
        bind.execute(sa.text("INSERT INTO label (word) VALUES (:word)"), [{"word": "it's 5%"}, {"word": "b\\\\c"}])
        label = sa.table("label", sa.column("id", sa.Integer), sa.column("word", sa.String))
        bind.execute(label.insert(), [{"id": 40, "word": "forty"}])
        op.execute(label.update().where(label.c.id == 40).values(word="fourty, no: forty"))
        """,
    ),
    first=FORK,
)

MERGE = Revision(id="merged", down=(LEFT[-1].id, RIGHT[-1].id), message="merge invoices and labels", upgrade="pass")

AFTER = chain(
    (
        "refunds",
        """
        with op.get_context().autocommit_block():
            op.execute("ALTER TYPE invoice_state ADD VALUE IF NOT EXISTS 'refunded' AFTER 'paid'")
        op.create_index(
            "invoice_refunded", "invoice", ["id"], postgresql_where=sa.text("state = 'refunded'")
        )
        """,
    ),
    (
        "one draft each",
        """
        op.create_index(
            "invoice_one_draft", "invoice", ["organisation_id"], unique=True,
            postgresql_where=sa.text("state = 'draft'"),
        )
        """,
    ),
    (
        "without billing names",
        """
        op.drop_column("account", "billing_name")
        op.drop_index("account_tags", table_name="account")
        """,
    ),
    (
        "audit by trigger",
        """
        op.execute('''
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO audit (what) VALUES (TG_OP || ' % ' || TG_TABLE_NAME);  -- a comment; with a semicolon
                RETURN NEW;
            END
            $$;
        ''')
        op.execute("CREATE TRIGGER note AFTER INSERT ON invoice FOR EACH ROW EXECUTE FUNCTION note()")
        """,
    ),
    (
        "nicknames of active accounts",
        """
        op.execute("CREATE OR REPLACE VIEW active_account AS SELECT id, email, nickname FROM account WHERE is_active")
        """,
    ),
    (
        "totals",
        """
        op.execute(
            "CREATE MATERIALIZED VIEW total AS SELECT organisation_id, sum(total) AS total FROM invoice GROUP BY 1"
        )
        op.create_index("total_organisation", "total", ["organisation_id"], unique=True)
        """,
    ),
    (
        "reports in a schema of their own",
        """
        op.execute("CREATE SCHEMA report")
        op.create_table(
            "day", sa.Column("on", sa.Date, primary_key=True),
            sa.Column("invoice_id", sa.BigInteger, sa.ForeignKey("invoice.id")), schema="report",
        )
        """,
    ),
    (
        "members go with their account",
        """
        op.drop_constraint("member_account_fk", "member", type_="foreignkey")
        op.create_foreign_key(
            "member_account_fk", "member", "account", ["account_id"], ["id"], ondelete="CASCADE", deferrable=True
        )
        """,
    ),
    (
        "numbers of invoices",
        """
        op.execute(sa.schema.CreateSequence(sa.Sequence("invoice_number", start=1000)))
        op.add_column("invoice", sa.Column("number", sa.Integer, server_default=sa.text("nextval('invoice_number')")))
        """,
    ),
    (
        "numbers of old invoices",
        """
        op.execute('''
            INSERT INTO invoice (organisation_id, total, number) OVERRIDING SYSTEM VALUE
            SELECT id, 12.5, 999 FROM organisation
        ''')
        op.execute("DO $$ BEGIN UPDATE invoice SET state = 'paid' WHERE number < 1000; END $$")
        """,
    ),
    (
        "guests",
        """
        op.execute("ALTER TYPE role RENAME TO role_old")
        role = sa.Enum("owner", "member", "guest", name="role")
        role.create(op.get_bind(), checkfirst=True)
        op.alter_column("member", "role", server_default=None)
        op.alter_column("member", "role", type_=role, postgresql_using="role::text::role")
        op.alter_column("member", "role", server_default="guest")
        op.execute("DROP TYPE role_old")
        """,
    ),
    first=(MERGE.id,),
)

HISTORY = [*BEFORE, *LEFT, *RIGHT, MERGE, *AFTER]
