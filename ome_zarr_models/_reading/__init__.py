"""Read hierarchies: choose the keys, fetch the documents, and build groups from them."""
