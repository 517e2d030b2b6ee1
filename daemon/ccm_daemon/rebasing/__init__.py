"""`rebase`: one's own migrations after those of another branch."""
