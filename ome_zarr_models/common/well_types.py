"""
Wells, as all versions have them.

The specification's section is `"well" metadata
<https://ngff.openmicroscopy.org/0.5/index.html#well-md>`_.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen
from attrs.converters import optional

from .._models.fields import integer, items, key
from .._models.model import Model
from .._models.rule import Rule
from .._rules import plates as rules
from .versioned import Versioned

__all__ = ["WellImage", "WellMeta"]


@frozen(kw_only=True, repr=False)
class WellImage(Model):
    """
    An image of a well: a field of view.

    Parameters
    ----------
    path : str
        The name of the image's group in the well, of letters and digits.
    acquisition : int, optional
        The acquisition of the plate that it is of.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules: ClassVar[tuple[Rule, ...]] = (rules.image_path,)

    path: str = field(metadata=key(rules.IMAGE_PATH))
    acquisition: int | None = field(
        default=None,
        converter=optional(integer),
        metadata=key(None, rules.IMAGE_ACQUISITION, nullable=True),
    )


@frozen(kw_only=True, repr=False)
class WellMeta(Versioned):
    """
    The fields of view of a well.

    Parameters
    ----------
    images : sequence of WellImage
        The images.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules: ClassVar[tuple[Rule, ...]] = (rules.image_paths_unique, rules.some_images)

    images: tuple[WellImage, ...] = field(
        converter=items[WellImage, ...], metadata=key(rules.IMAGES)
    )

    def get_acquisition_paths(self) -> dict[int, list[str]]:
        """
        Return the paths of the images of each acquisition.

        Returns
        -------
        dict of int to list of str
            The paths by the number of the acquisition.

        Raises
        ------
        ValueError
            If an image does not say of which acquisition it is.
        """
        paths: dict[int, list[str]] = {}
        for image in self.images:
            if image.acquisition is None:
                msg = f"expected the acquisition of the image {image.path!r}, got none"
                raise ValueError(msg)
            paths.setdefault(image.acquisition, []).append(image.path)
        return paths
