"""Coordinate systems of 0.6, and references to them."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import items, key
from .._models.model import Model
from .._rules.v06 import systems as rules
from .._rules.v06 import transforms as trafo
from .axes import Axis

__all__ = ["CoordinateSystem", "CoordinateSystemIdentifier"]


@frozen(kw_only=True, repr=False)
class CoordinateSystem(Model):
    """
    A space with named axes, in which points have coordinates.

    The specification's section is `"coordinateSystems" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#coord-sys-md>`_.

    Parameters
    ----------
    name : str
        The name of the system; no two of an image or a scene have the same.
    axes : sequence of Axis
        The axes, in the order of the coordinates of a point.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.

    Examples
    --------
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> CoordinateSystem(name="physical", axes=axes).ndim
    2
    """

    spec_rules = (rules.name_nonempty, rules.AXIS_NAMES_UNIQUE)

    name: str = field(metadata=key(rules.NAME, rules.name_nonempty))
    axes: tuple[Axis, ...] = field(converter=items[Axis, ...], metadata=key(rules.AXES))

    passes_at_a_glance = rules.system_at_a_glance

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.axes)


@frozen(kw_only=True, repr=False)
class CoordinateSystemIdentifier(Model):
    """
    What a transformation has for its input or its output: a reference to a system.

    The specification's section is `"coordinateTransformations" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#coord-trafo-md>`_.

    Parameters
    ----------
    name : str, optional
        The name of the coordinate system.
    path : str, optional
        The path of the group that has the system, or of an array, whose pixels are then
        what is meant; from the group that holds the metadata.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules = (trafo.name_or_path,)

    name: str | None = field(default=None, metadata=key(None, trafo.REFERENCE))
    path: str | None = field(default=None, metadata=key(None, trafo.REFERENCE, nullable=True))

    passes_at_a_glance = trafo.reference_at_a_glance

    def __str__(self) -> str:
        return " ".join(filter(None, (self.path, self.name)))
