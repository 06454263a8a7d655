"""Coordinate systems of OME-Zarr 0.6, and references to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._models.fields import items, key
from .._models.model import Model
from .._rules.v06 import systems as rules
from .._rules.v06 import transforms as trafo
from ..common.axes import names_instead_of
from ..exceptions import Problem, ValidationError
from .axes import Axis

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CoordinateSystem", "CoordinateSystemIdentifier"]


def _axes(axes: Iterable[Axis]) -> tuple[Axis, ...]:
    """Return axes as a tuple; raise if they are given by their names."""
    if message := names_instead_of(axes):
        raise ValidationError((Problem(rules.AXES.slug, "error", "", ("axes",), message),))
    return items[Axis, ...](axes)


@frozen(kw_only=True, repr=False)
class CoordinateSystem(Model):
    """
    A coordinate system: a name, and axes.

    The specification's section is `"coordinateSystems" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#coord-sys-md>`_.

    Parameters
    ----------
    name : str
        The name of the coordinate system; unique in its image or scene.
    axes : sequence of Axis
        The axes, in the order of the coordinates of a point.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> CoordinateSystem(name="physical", axes=axes).ndim
    2
    """

    spec_rules = (rules.name_nonempty, rules.AXIS_NAMES_UNIQUE, rules.some_axes)

    name: str = field(metadata=key(rules.NAME, rules.name_nonempty))
    axes: tuple[Axis, ...] = field(converter=_axes, metadata=key(rules.AXES))

    passes_at_a_glance = rules.system_at_a_glance

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.axes)


@frozen(kw_only=True, repr=False)
class CoordinateSystemIdentifier(Model):
    """
    A reference to a coordinate system: the input or the output of a transformation.

    The specification's section is `"coordinateTransformations" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#coord-trafo-md>`_.

    Parameters
    ----------
    name : str, optional
        The name of the coordinate system.
    path : str, optional
        The path of the group that has the coordinate system, or of an array whose pixel
        coordinates are meant; relative to the group that holds the metadata.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> str(CoordinateSystemIdentifier(name="physical", path="tile-1"))
    'tile-1 physical'
    """

    spec_rules = (trafo.name_or_path,)

    name: str | None = field(default=None, metadata=key(None, trafo.REFERENCE))
    path: str | None = field(default=None, metadata=key(None, trafo.REFERENCE, nullable=True))

    passes_at_a_glance = trafo.reference_at_a_glance

    def __str__(self) -> str:
        return " ".join(filter(None, (self.path, self.name)))
