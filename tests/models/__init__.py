"""Tests of classes of metadata: how they are made, read, written and described."""
