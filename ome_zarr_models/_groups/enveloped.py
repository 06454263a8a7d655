"""What the groups of 0.5 and later have in common: their metadata is below the key ``ome``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from attrs import Factory, evolve, field, frozen

from .._json.values import is_object
from .._models.fields import items, key
from .._models.model import Model
from .._rules import collections as collection_rules
from .._rules import labels as label_rules
from .._rules import plates as plate_rules
from .._rules import versions as rules
from .._zarr.v3 import ArraySpec, GroupSpec
from ..base import BaseGroup, GroupAttrs
from ..common.plate import Plate
from ..common.well_types import WellMeta

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..common.axes import Axis


A = TypeVar("A", bound="OMEAttrs")


def _own_version(metadata: OMEAttrs) -> str:
    return metadata.ome_zarr_version


@frozen(kw_only=True, repr=False)
class OMEAttrs(GroupAttrs):
    """
    The metadata of a group: the content of the key ``ome``.

    Parameters
    ----------
    version : str
        The version of the specification, which is that of the class.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    version: str = field(
        default=Factory(_own_version, takes_self=True),
        metadata=key(rules.VERSION, required=True, free=True),
    )


@frozen(kw_only=True, repr=False)
class BaseZarrAttrs(Model, Generic[A]):
    """
    The attributes of a group, as they are stored.

    Parameters
    ----------
    ome : BaseOMEAttrs
        The metadata.
    extra : mapping, optional
        What there is beside the key ``ome``; it is written as it was read.
    """

    ome: A = field(metadata=key(rules.OME))


class NamesDimensions:
    """An image whose arrays name their dimensions, as those of Zarr format 3 can."""

    __slots__ = ()

    @classmethod
    def _array(cls, array: Any, axes: Sequence[Axis]) -> Any:
        """Return an array whose dimensions have the names of axes, where they have none."""
        if not isinstance(array, ArraySpec) or array.dimension_names is not None:
            return array
        # What is no axis is said of the axes.
        names = [
            axis.get("name") if is_object(axis) else getattr(axis, "name", None) for axis in axes
        ]
        return evolve(array, dimension_names=names)


@frozen(kw_only=True, repr=False)
class HCSAttrs(OMEAttrs):
    """
    The metadata of a plate.

    The specification's section is `"plate" metadata
    <https://ngff.openmicroscopy.org/latest/index.html#plate-md>`_.

    Parameters
    ----------
    plate : Plate
        The plate: its rows, its columns, and the wells that were imaged.
    version : str
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "plate"

    plate: Plate = field(metadata=key(plate_rules.PLATE))


@frozen(kw_only=True, repr=False)
class WellAttrs(OMEAttrs):
    """
    The metadata of a well.

    The specification's section is `"well" metadata
    <https://ngff.openmicroscopy.org/latest/index.html#well-md>`_.

    Parameters
    ----------
    well : WellMeta
        The fields of view of the well.
    version : str
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "well"

    well: WellMeta = field(metadata=key(plate_rules.IMAGES))


@frozen(kw_only=True, repr=False)
class LabelsAttrs(OMEAttrs):
    """
    The metadata of a group of label images.

    The specification's section is `"labels" metadata
    <https://ngff.openmicroscopy.org/latest/index.html#labels-md>`_.

    Parameters
    ----------
    labels : sequence of str
        The paths of the label images, from the group.
    version : str
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "labels"

    labels: tuple[str, ...] = field(converter=items[str, ...], metadata=key(label_rules.LABELS))


@frozen(kw_only=True, repr=False)
class SeriesAttrs(OMEAttrs):
    """
    The metadata of the group ``OME`` of a bioformats2raw collection.

    The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/latest/index.html#bf2raw>`_.

    Parameters
    ----------
    series : sequence of str
        The paths of the images from the collection, in the order of the OME-XML.
    version : str
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "series"

    series: tuple[str, ...] = field(
        converter=items[str, ...], metadata=key(collection_rules.SERIES)
    )


@frozen(kw_only=True, repr=False)
class BioFormats2RawAttrs(OMEAttrs):
    """
    The metadata of a bioformats2raw collection.

    The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/latest/index.html#bf2raw>`_.

    Parameters
    ----------
    bioformats2raw_layout : {3}
        The layout of the collection; in JSON its key is ``bioformats2raw.layout``.
    plate : Plate, optional
        The plate, where the collection is one.
    version : str
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "bioformats2raw"

    bioformats2raw_layout: Literal[3] = field(
        default=3,
        metadata=key(
            collection_rules.KEY,
            collection_rules.LAYOUT,
            name="bioformats2raw.layout",
            required=True,
        ),
    )
    plate: Plate | None = field(default=None, metadata=key(None, plate_rules.PLATE))


@frozen(kw_only=True, repr=False)
class EnvelopedGroup(BaseGroup, GroupSpec, Generic[A]):
    """
    A group of a hierarchy of 0.5 or later.

    Parameters
    ----------
    attributes : BaseZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if nobody has looked for them.
    """

    attributes: BaseZarrAttrs[A] = field()

    @property
    def ome_attributes(self) -> A:
        """The metadata, which is below the key ``ome``."""
        return self.attributes.ome
