"""
Coordinate transformations, as 0.4 and 0.5 have them.

The specification's section is `"coordinateTransformations" metadata
<https://ngff.openmicroscopy.org/0.4/index.html#trafo-md>`_.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from attrs import field, frozen

from .._models.fields import key, numbers
from .._models.model import Model
from .._rules import transformations as rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "AnyTransform",
    "Identity",
    "PathScale",
    "PathTranslation",
    "ScaleTransform",
    "Transform",
    "TranslationTransform",
    "VectorScale",
    "VectorTransform",
    "VectorTranslation",
    "build_transforms",
]


@frozen(kw_only=True, repr=False)
class Transform(Model):
    """
    A mapping from the coordinates of an array to those of the physical world.

    Parameters
    ----------
    type : {"identity", "scale", "translation"}
        The type of the transformation.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    type: Literal["identity", "scale", "translation"] = field(
        metadata=key(rules.TYPE, rules.TYPE_KNOWN)
    )


@frozen(kw_only=True, repr=False)
class Identity(Transform):
    """
    The transformation that changes nothing.

    The specification defines it, and allows it nowhere.
    """

    type: Literal["identity"] = field(
        default="identity", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )


@frozen(kw_only=True, repr=False)
class VectorScale(Transform):
    """
    A scale by a vector of numbers.

    Parameters
    ----------
    scale : sequence of float
        The size of a pixel along each axis, in the axis's unit; one number an axis.
    type : {"scale"}
        The type of the transformation.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    type: Literal["scale"] = field(
        default="scale", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )
    scale: tuple[float, ...] = field(converter=numbers, metadata=key(rules.PARAMETER))

    @classmethod
    def build(cls, data: Iterable[float]) -> Self:
        """
        Return the scale by some numbers.

        Parameters
        ----------
        data : iterable of float
            The size of a pixel along each axis; a numpy array will do.

        Examples
        --------
        >>> VectorScale.build([1, 0.5, 0.5])
        VectorScale(scale=(1, 0.5, 0.5))
        """
        return cls(scale=data)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.scale)


@frozen(kw_only=True, repr=False)
class PathScale(Transform):
    """
    A scale by numbers that are in an array.

    Parameters
    ----------
    path : str
        The path of the array, from the group that holds the metadata.
    type : {"scale"}
        The type of the transformation.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    type: Literal["scale"] = field(
        default="scale", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )
    path: str = field(metadata=key(rules.PARAMETER))


@frozen(kw_only=True, repr=False)
class VectorTranslation(Transform):
    """
    A translation by a vector of numbers.

    Parameters
    ----------
    translation : sequence of float
        How far the array's first pixel is from the origin along each axis, in the axis's
        unit; one number an axis.
    type : {"translation"}
        The type of the transformation.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    type: Literal["translation"] = field(
        default="translation", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )
    translation: tuple[float, ...] = field(converter=numbers, metadata=key(rules.PARAMETER))

    @classmethod
    def build(cls, data: Iterable[float]) -> Self:
        """
        Return the translation by some numbers.

        Parameters
        ----------
        data : iterable of float
            The distance along each axis; a numpy array will do.

        Examples
        --------
        >>> VectorTranslation.build([0, 10.5, 20])
        VectorTranslation(translation=(0, 10.5, 20))
        """
        return cls(translation=data)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.translation)


@frozen(kw_only=True, repr=False)
class PathTranslation(Transform):
    """
    A translation by numbers that are in an array.

    Parameters
    ----------
    translation : str
        The path of the array, from the group that holds the metadata. In JSON its key is
        ``path``; a string under ``translation`` is read too.
    type : {"translation"}
        The type of the transformation.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    type: Literal["translation"] = field(
        default="translation", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )
    translation: str = field(metadata=key(rules.PARAMETER, name="path", also="translation"))


ScaleTransform: TypeAlias = VectorScale | PathScale
TranslationTransform: TypeAlias = VectorTranslation | PathTranslation
VectorTransform: TypeAlias = VectorScale | VectorTranslation
AnyTransform: TypeAlias = VectorScale | VectorTranslation | PathScale | PathTranslation | Identity


def build_transforms(
    scale: Sequence[float], translation: Sequence[float] | None
) -> tuple[VectorScale] | tuple[VectorScale, VectorTranslation]:
    """Return a scale, and a translation where one is given, as a dataset has them."""
    if translation is None:
        return (VectorScale.build(scale),)
    return VectorScale.build(scale), VectorTranslation.build(translation)
