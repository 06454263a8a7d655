"""Multiscales of 0.4."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import key
from .._rules import multiscales as rules
from ..common import multiscales
from ..common.multiscales import Dataset

__all__ = ["Dataset", "Multiscale"]


@frozen(kw_only=True, repr=False)
class Multiscale(multiscales.Multiscale):
    """
    One image at several resolutions: an element of ``multiscales``.

    Beyond what all versions have, 0.4 writes its version here.

    Parameters
    ----------
    axes : sequence of Axis
        The 2 to 5 axes, in the order of the arrays' dimensions.
    datasets : sequence of Dataset
        The levels, from the highest resolution to the lowest.
    coordinateTransformations, metadata, name, type, extra : optional
        As in all versions.
    version : str, optional
        The version of the specification, ``"0.4"``.
    """

    spec_rules = (
        *multiscales.Multiscale.spec_rules,
        rules.version_04,
    )

    version: str | None = field(default=None, metadata=key(rules.version_04))
