"""What `check` looks at of a migrations folder: whether it fits together, and leads to where it says."""
