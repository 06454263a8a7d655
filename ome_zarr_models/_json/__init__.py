"""JSON values and JSON text."""
