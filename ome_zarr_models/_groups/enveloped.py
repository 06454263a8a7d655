"""Base classes of groups and metadata since 0.5, where metadata is below the key ``ome``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar

from attrs import Factory, evolve, field, frozen

from .._json.values import is_object
from .._models.fields import items, key
from .._models.model import Model
from .._rules import collections as collection_rules
from .._rules import labels as label_rules
from .._rules import plates as plate_rules
from .._rules import versions as rules
from .._spec.by_document import ByDocument
from .._spec.detect import draft_read
from .._spec.versions import VERSIONS
from .._zarr.v3 import ArraySpec, GroupSpec
from ..base import BaseGroup, GroupAttrs
from ..common.plate import Plate
from ..common.well_types import WellMeta
from ..exceptions import warn

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
    version : str, optional
        The version of the specification; that of the class if not given.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.
    """

    version: str = field(
        default=Factory(_own_version, takes_self=True),
        metadata=key(rules.VERSION, required=True, free=True),
    )

    @classmethod
    def model_validate(cls, obj: object) -> Self:
        """
        Return the metadata of a document; the name of a draft of the version is replaced.

        Parameters
        ----------
        obj : mapping
            The content of the key ``ome``.

        Returns
        -------
        Self

        Raises
        ------
        ValidationError
            If the document breaks rules of the specification; it carries every problem.

        Examples
        --------
        >>> from ome_zarr_models.v05.labels import LabelsAttrs
        >>> LabelsAttrs.model_validate({"version": "0.5", "labels": ["nuclei"]}).labels
        ('nuclei',)
        """
        if is_object(obj):
            version = VERSIONS[cls.ome_zarr_version]
            attributes, draft = version.released({"ome": obj})
            if draft is not None:
                warn(str(draft_read(version, draft)))
            obj = attributes["ome"]
        return super().model_validate(obj)


@frozen(kw_only=True, repr=False)
class BaseZarrAttrs(Model, ByDocument, Generic[A]):
    """
    The attributes of a group as they are stored: the metadata is the value of the key ``ome``.

    Parameters
    ----------
    ome : BaseOMEAttrs
        The metadata.
    extra : mapping, optional
        The attributes beside ``ome``; they are written as they were read.
    """

    ome: A = field(metadata=key(rules.OME))

    if not TYPE_CHECKING:  # so that type checkers still refuse the names

        def __getattr__(self, name: str) -> Any:
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            # `ome` itself is missing while an instance is copied or unpickled.
            if name != "ome" and not name.startswith("_") and hasattr(type(self.ome), name):
                hint = f"use `.ome.{name}` or `ome_attributes`"
                message = f"{message}: the metadata is below `.ome`: {hint}"
            raise AttributeError(message, name=name, obj=self)


class NamesDimensions:
    """Base class of images in Zarr format 3, whose arrays name their dimensions."""

    __slots__ = ()

    @classmethod
    def _array(cls, array: Any, axes: Sequence[Axis]) -> Any:
        """Return an array with the names of the axes as its dimension names, if it has none."""
        if not isinstance(array, ArraySpec) or array.dimension_names is not None:
            return array
        # An axis may still be JSON, or invalid: it is validated with the metadata.
        names = [
            axis.get("name") if is_object(axis) else getattr(axis, "name", None) for axis in axes
        ]
        return evolve(array, dimension_names=names)


@frozen(kw_only=True, repr=False)
class HCSAttrs(OMEAttrs):
    """The metadata of a plate, in every version since 0.5."""

    kind = "plate"

    plate: Plate = field(metadata=key(plate_rules.PLATE))


@frozen(kw_only=True, repr=False)
class WellAttrs(OMEAttrs):
    """The metadata of a well, in every version since 0.5."""

    kind = "well"

    well: WellMeta = field(metadata=key(plate_rules.IMAGES))


@frozen(kw_only=True, repr=False)
class LabelsAttrs(OMEAttrs):
    """The metadata of a group of label images, in every version since 0.5."""

    kind = "labels"

    labels: tuple[str, ...] = field(converter=items[str, ...], metadata=key(label_rules.LABELS))


@frozen(kw_only=True, repr=False)
class SeriesAttrs(OMEAttrs):
    """The metadata of the group ``OME`` of a collection, in every version since 0.5."""

    kind = "series"

    series: tuple[str, ...] = field(
        converter=items[str, ...], metadata=key(collection_rules.SERIES)
    )


@frozen(kw_only=True, repr=False)
class BioFormats2RawAttrs(OMEAttrs):
    """The metadata of a bioformats2raw collection, in every version since 0.5."""

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
    A group of an OME-Zarr hierarchy, version 0.5 or later.

    Parameters
    ----------
    attributes : BaseZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if they were not read.
    """

    attributes: BaseZarrAttrs[A] = field()

    @property
    def ome_attributes(self) -> A:
        """The metadata of the group: ``attributes.ome``."""
        return self.attributes.ome
