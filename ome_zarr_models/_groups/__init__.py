"""What the groups of each kind can do, in all versions."""
