"""The colors and properties of label values of OME-Zarr 0.4."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import key
from .._rules import labels as rules
from ..common import image_label_types
from ..common._reexports import reexport
from ..common.image_label_types import RGBA, Color, Property, Source, Uint8

__all__ = ["RGBA", "Color", "Label", "Property", "Source", "Uint8"]


@frozen(kw_only=True, repr=False)
class Label(image_label_types.Label):
    """
    The colors and properties of label values: the value of ``image-label``.

    It has a version only in 0.4 and 0.5. The specification's section is `"image-label" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#label-md>`_.

    Parameters
    ----------
    colors : sequence of Color, optional
        The colors of label values, at most one for each value.
    properties : sequence of Property, optional
        The properties of label values.
    source : Source, optional
        The image that was labelled.
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
    >>> label = Label(colors=[Color(label_value=1, rgba=(255, 0, 0, 255))], version="0.4")
    >>> label.colors[0].rgba
    (255, 0, 0, 255)
    """

    spec_rules = (*image_label_types.Label.spec_rules, rules.version_04)

    version: str | None = field(default=None, metadata=key(rules.VERSION, rules.VERSION_STRING))


reexport(globals())
