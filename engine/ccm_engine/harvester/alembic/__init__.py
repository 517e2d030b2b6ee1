"""A project's Alembic: a process of its own in which its `env.py` and revisions run, without a database."""
