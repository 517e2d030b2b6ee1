"""The runner: from a migrations folder to a migrated database, under an advisory lock."""
