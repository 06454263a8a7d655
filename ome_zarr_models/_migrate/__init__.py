"""Migration of metadata between versions of the specification, with the losses it causes."""
