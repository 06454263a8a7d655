"""Multiscales of OME-Zarr 0.4."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import key
from .._rules import multiscales as rules
from .._rules import versions
from ..common import multiscales
from ..common._reexports import reexport
from ..common.multiscales import Dataset

__all__ = ["Dataset", "Multiscale"]


@frozen(kw_only=True, repr=False)
class Multiscale(multiscales.Multiscale):
    """
    One image at several resolutions: an element of ``multiscales``.

    It has a version only in 0.4. The specification's section is `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#multiscale-md>`_.

    Parameters
    ----------
    axes : sequence of Axis
        The 2 to 5 axes, in the order of the dimensions of the arrays: time, then channel or a
        custom axis, then 2 or 3 axes of space.
    datasets : sequence of Dataset
        The levels, from the highest resolution to the lowest.
    coordinateTransformations : sequence of transformations, optional
        Transformations of all levels, applied after those of each level.
    metadata : mapping, optional
        Details of the method of downscaling.
    name : str, optional
        The name of the image.
    type : str, optional
        The method of downscaling, such as ``"gaussian"``.
    version : str, optional
        The version of the specification, ``"0.4"``.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> level = Dataset.build(path="0", scale=[0.5, 0.5], translation=None)
    >>> Multiscale(axes=axes, datasets=[level], name="nuclei", version="0.4").ndim
    2
    """

    spec_rules = (
        *multiscales.Multiscale.spec_rules,
        versions.not_of_another,
        rules.version_04,
    )

    version: str | None = field(default=None, metadata=key(rules.version_04))


reexport(globals())
