"""The engine: from anything that describes a Postgres schema to a plan that proved itself."""
