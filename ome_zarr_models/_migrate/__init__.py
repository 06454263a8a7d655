"""From one version of the specification to another, and what is lost."""
