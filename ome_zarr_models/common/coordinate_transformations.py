"""
Coordinate transformations of 0.4 and 0.5: scales and translations.

See `"coordinateTransformations" metadata
<https://ngff.openmicroscopy.org/0.5/index.html#trafo-md>`_ in the specification.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from attrs import field, frozen

from .._models.fields import key, numbers
from .._models.model import Model
from .._rules import transformations as rules
from ..exceptions import Problem, ValidationError
from ._reexports import reexport

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
    "ValidTransform",
    "VectorScale",
    "VectorTransform",
    "VectorTranslation",
    "build_transforms",
]


@frozen(kw_only=True, repr=False)
class Transform(Model):
    """
    A transformation from array indices to physical coordinates: the base of all types.

    See `"coordinateTransformations" metadata
    <https://ngff.openmicroscopy.org/0.5/index.html#trafo-md>`_ in the specification.

    Parameters
    ----------
    type : {"identity", "scale", "translation"}
        The type of the transformation.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.
    """

    type: Literal["identity", "scale", "translation"] = field(
        metadata=key(rules.TYPE, rules.TYPE_KNOWN)
    )


@frozen(kw_only=True, repr=False)
class Identity(Transform):
    """
    The identity, which leaves coordinates as they are.

    The specification defines it, but datasets and multiscales must not have it.

    Parameters
    ----------
    type : {"identity"}
        The type of the transformation.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Examples
    --------
    >>> Identity()
    Identity()
    """

    type: Literal["identity"] = field(
        default="identity", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )


@frozen(kw_only=True, repr=False)
class VectorScale(Transform):
    """
    A scale by a vector.

    Parameters
    ----------
    scale : sequence of float, shape (ndim,)
        The size of a pixel along each axis, in the unit of the axis. Along an axis without
        physical calibration, the factor between the first level and this one, such as 1.
    type : {"scale"}
        The type of the transformation.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `scale` is not a sequence of finite numbers.

    Examples
    --------
    >>> VectorScale(scale=[1, 0.5, 0.5])
    VectorScale(scale=(1, 0.5, 0.5))
    """

    type: Literal["scale"] = field(
        default="scale", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )
    scale: tuple[float, ...] = field(converter=numbers, metadata=key(rules.PARAMETER))

    @classmethod
    def build(cls, data: Iterable[float]) -> Self:
        """
        Make a scale from a vector.

        Parameters
        ----------
        data : iterable of float, shape (ndim,)
            The size of a pixel along each axis, in the unit of the axis, such as a list or
            a numpy array.

        Returns
        -------
        VectorScale
            The scale.

        Raises
        ------
        ValidationError
            If `data` is not an iterable of finite numbers.

        Examples
        --------
        >>> VectorScale.build([1, 0.5, 0.5])
        VectorScale(scale=(1, 0.5, 0.5))
        """
        return cls(scale=data)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.scale)


@frozen(kw_only=True, repr=False)
class PathScale(Transform):
    """
    A scale by a vector that is stored in an array.

    Parameters
    ----------
    path : str
        The path of the array, relative to the group that has the metadata.
    type : {"scale"}
        The type of the transformation.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `path` is not a string.

    Examples
    --------
    >>> PathScale(path="scale")
    PathScale(path='scale')
    """

    type: Literal["scale"] = field(
        default="scale", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )
    path: str = field(metadata=key(rules.PARAMETER))


@frozen(kw_only=True, repr=False)
class VectorTranslation(Transform):
    """
    A translation by a vector.

    Parameters
    ----------
    translation : sequence of float, shape (ndim,)
        The coordinate of the first pixel along each axis, in the unit of the axis.
    type : {"translation"}
        The type of the transformation.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `translation` is not a sequence of finite numbers.

    Examples
    --------
    >>> VectorTranslation(translation=[0, 10.5, 20])
    VectorTranslation(translation=(0, 10.5, 20))
    """

    type: Literal["translation"] = field(
        default="translation", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )
    translation: tuple[float, ...] = field(converter=numbers, metadata=key(rules.PARAMETER))

    @classmethod
    def build(cls, data: Iterable[float]) -> Self:
        """
        Make a translation from a vector.

        Parameters
        ----------
        data : iterable of float, shape (ndim,)
            The coordinate of the first pixel along each axis, in the unit of the axis, such
            as a list or a numpy array.

        Returns
        -------
        VectorTranslation
            The translation.

        Raises
        ------
        ValidationError
            If `data` is not an iterable of finite numbers.

        Examples
        --------
        >>> VectorTranslation.build([0, 10.5, 20])
        VectorTranslation(translation=(0, 10.5, 20))
        """
        return cls(translation=data)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.translation)


@frozen(kw_only=True, repr=False)
class PathTranslation(Transform):
    """
    A translation by a vector that is stored in an array.

    Parameters
    ----------
    translation : str
        The path of the array, relative to the group that has the metadata. Its key in JSON
        is ``path``; a string under the key ``translation`` is read too.
    type : {"translation"}
        The type of the transformation.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `translation` is not a string.

    Examples
    --------
    >>> from ome_zarr_models import unstructure
    >>> unstructure(PathTranslation(translation="offset"))
    {'type': 'translation', 'path': 'offset'}
    """

    type: Literal["translation"] = field(
        default="translation", metadata=key(rules.TYPE, rules.TYPE_KNOWN, required=True)
    )
    translation: str = field(metadata=key(rules.PARAMETER, name="path", also="translation"))


ScaleTransform: TypeAlias = VectorScale | PathScale
"""A scale, by a vector in the document or in an array."""
TranslationTransform: TypeAlias = VectorTranslation | PathTranslation
"""A translation, by a vector in the document or in an array."""
VectorTransform: TypeAlias = VectorScale | VectorTranslation
"""A scale or a translation by a vector in the document."""
ValidTransform: TypeAlias = tuple[ScaleTransform] | tuple[ScaleTransform, TranslationTransform]
"""The transformations of a dataset: a scale, and a translation if there is one."""
AnyTransform: TypeAlias = VectorScale | VectorTranslation | PathScale | PathTranslation | Identity
"""A transformation of any type."""


def build_transforms(
    scale: Sequence[float], translation: Sequence[float] | None
) -> tuple[VectorScale] | tuple[VectorScale, VectorTranslation]:
    """
    Make the transformations of a dataset or a multiscale.

    Parameters
    ----------
    scale : sequence of float, shape (ndim,)
        The size of a pixel along each axis, in the unit of the axis.
    translation : sequence of float, shape (ndim,), or None
        The coordinate of the first pixel along each axis, in the unit of the axis.

    Returns
    -------
    tuple
        The scale and, unless `translation` is None, the translation.

    Raises
    ------
    ValidationError
        If `scale` or `translation` is not a sequence of finite numbers, or they differ in
        length.

    Examples
    --------
    >>> build_transforms([0.5, 0.5], None)
    (VectorScale(scale=(0.5, 0.5)),)
    """
    if translation is None:
        return (VectorScale.build(scale),)
    first, second = VectorScale.build(scale), VectorTranslation.build(translation)
    if len(first.scale) != len(second.translation):
        lengths = f"expected {len(first.scale)} entries, as many as the scale has"
        message = f"{lengths}, got {len(second.translation)}"
        raise ValidationError((Problem("ms.ct-length", "error", "", ("translation",), message),))
    return first, second


reexport(globals())
