"""Tests against the official cases and schemas, and against real metadata."""
