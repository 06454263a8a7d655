"""Changes to stored hierarchies."""
