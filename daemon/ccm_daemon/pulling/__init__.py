"""`pull`: from whatever describes a schema to SQLAlchemy models, and SQL beside them."""
