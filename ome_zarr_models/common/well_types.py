"""
Wells: their fields of view.

See `"well" metadata <https://ngff.openmicroscopy.org/0.5/index.html#well-md>`_ in the
specification.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from .._models.fields import items, key, optional_integer
from .._models.model import Model
from .._models.rule import Rule
from .._rules import plates as rules
from ._reexports import reexport
from .versioned import Versioned

__all__ = ["WellImage", "WellMeta"]


@frozen(kw_only=True, repr=False)
class WellImage(Model):
    """
    A field of view: an image of a well.

    See `"well" metadata <https://ngff.openmicroscopy.org/0.5/index.html#well-md>`_ in the
    specification.

    Parameters
    ----------
    path : str
        The path of the image's group in the well, which has only letters and digits; unique
        in the well.
    acquisition : int, optional
        The `Acquisition.id` of its acquisition; required if the plate has several.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `path` is empty, or has characters other than ASCII letters and digits.

    Examples
    --------
    >>> WellImage(path="0", acquisition=1)
    WellImage(path='0', acquisition=1)
    """

    spec_rules: ClassVar[tuple[Rule, ...]] = (rules.image_path,)

    path: str = field(metadata=key(rules.IMAGE_PATH))
    acquisition: int | None = field(
        default=None,
        converter=optional_integer,
        metadata=key(None, rules.IMAGE_ACQUISITION, nullable=True),
    )


@frozen(kw_only=True, repr=False)
class WellMeta(Versioned):
    """
    The metadata of a well: the value of ``well``.

    See `"well" metadata <https://ngff.openmicroscopy.org/0.5/index.html#well-md>`_ in the
    specification.

    Parameters
    ----------
    images : sequence of WellImage
        The fields of view of the well.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If two images have the same path.

    Examples
    --------
    >>> well = WellMeta(images=[WellImage(path="0"), WellImage(path="1")])
    >>> len(well.images)
    2
    """

    spec_rules: ClassVar[tuple[Rule, ...]] = (rules.image_paths_unique, rules.some_images)

    images: tuple[WellImage, ...] = field(
        converter=items[WellImage, ...], metadata=key(rules.IMAGES)
    )

    def get_acquisition_paths(self) -> dict[int, list[str]]:
        """
        Group the paths of the images by acquisition.

        Returns
        -------
        dict of int to list of str
            The paths of the images of each acquisition, by its id.

        Raises
        ------
        ValueError
            If an image has no acquisition.

        Examples
        --------
        >>> images = [WellImage(path=path, acquisition=3) for path in "01"]
        >>> WellMeta(images=images).get_acquisition_paths()
        {3: ['0', '1']}
        """
        paths: dict[int, list[str]] = {}
        for image in self.images:
            if image.acquisition is None:
                msg = f"expected the acquisition of the image {image.path!r}, got none"
                raise ValueError(msg)
            paths.setdefault(image.acquisition, []).append(image.path)
        return paths


reexport(globals())
