"""Drizzle Kit's snapshots: what they say, read into DDL, and what ours say, written in Drizzle's words."""
