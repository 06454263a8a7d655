"""The graph of coordinate systems: what ``transform_graph`` of an image or a scene returns."""

from .._graph import Edge, NoTransformError, System, TransformGraph, simplified

__all__ = ["Edge", "NoTransformError", "System", "TransformGraph", "simplified"]
