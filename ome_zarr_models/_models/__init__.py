"""What a class of metadata is, and how it is read, written, explained and described."""
