"""`check`: everything that may not be in order, found and told."""
