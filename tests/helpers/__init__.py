"""What tests share: documents, stores, servers, cases and strategies."""
