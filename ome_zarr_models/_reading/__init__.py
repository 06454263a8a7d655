"""From a store to groups: which documents to ask for, and what they make."""
