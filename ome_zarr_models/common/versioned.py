"""The base of the parts of metadata that differ between versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from .._models.model import Model

if TYPE_CHECKING:
    from ..exceptions import Problem
    from ..typing import PartToVersion

__all__ = ["Versioned"]


class Versioned(Model):
    """A part of the metadata that can be converted to another version."""

    __slots__ = ()

    if TYPE_CHECKING:
        to_version: ClassVar[PartToVersion]
    else:

        def to_version(
            self,
            version: str,
            *,
            losses: list[Problem] | None = None,
            default_coordinate_system: str | None = None,
            output_coordinate_system: str | None = None,
        ) -> Any:
            """
            Convert this part to another version of the specification.

            Parameters
            ----------
            version : str
                The version to convert to, such as ``"0.5"``.
            losses : list of Problem, optional
                A list to which a warning is added for each value that the version cannot
                express. By default, such values are an error.
            default_coordinate_system : str, optional
                The name of the intrinsic coordinate system of a multiscale, where a conversion to
                0.6 makes one; ``"physical"`` if not given.
            output_coordinate_system : str, optional
                The name of the system to which the transformations of the whole multiscale lead;
                ``"world"`` if not given.

            Returns
            -------
            Versioned
                The part, as an instance of the class of the same name in the other version.

            Raises
            ------
            ValueError
                If `version` is not the name of a version.
            ValidationError
                If the conversion is impossible, or if values would be lost and `losses` is not
                given.

            Examples
            --------
            >>> from ome_zarr_models.v04.well_types import WellImage, WellMeta
            >>> well = WellMeta(images=[WellImage(path="0")], version="0.4")
            >>> well.to_version("0.5")
            WellMeta(images=(WellImage(path='0'),), version='0.5')
            """
            from .._migrate.groups import (  # most users of models do not convert them
                migrate_part,
                target_version,
            )

            target = target_version(version, default_coordinate_system, output_coordinate_system)
            return migrate_part(self, target, losses)
