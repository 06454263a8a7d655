"""Functions and rules for both images and label images of 0.6."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from .._groups.images import build_datasets, check_arguments, given
from .._models.rule import Rule  # noqa: TC001 - annotations of groups are evaluated
from .._rules import images as arrays
from .._rules.v06 import connections as graphs
from .._rules.v06 import fields, scenes
from .coordinate_systems import CoordinateSystem
from .multiscales import Dataset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._zarr.v3 import ArraySpec
    from ..typing import JSON
    from .coordinate_transforms import AnyTransform


TREE_RULES: Final[tuple[Rule, ...]] = (
    arrays.arrays_same_dtype,
    graphs.image_connected,
    fields.parameters_of_image,
    scenes.labels_fit,
)


def new_multiscale(
    version: str,
    *,
    array_specs: Sequence[ArraySpec],
    paths: Sequence[str],
    scales: Sequence[Sequence[float]],
    translations: Sequence[Sequence[float] | None] | None,
    physical_coord_system: CoordinateSystem,
    name: str | None,
    multiscale_type: str | None,
    metadata: Mapping[str, JSON] | None,
    coord_transforms: Sequence[AnyTransform],
    coord_systems: Sequence[CoordinateSystem],
) -> dict[str, Any]:
    """Return the document of a multiscale, in which parts are models."""
    unchecked: Any = physical_coord_system
    if not isinstance(unchecked, CoordinateSystem):
        msg = f"expected a CoordinateSystem as physical_coord_system, got {unchecked!r}"
        raise TypeError(msg)
    translations = [None] * len(paths) if translations is None else translations
    check_arguments(
        version,
        array_specs=array_specs,
        paths=paths,
        axes=physical_coord_system.axes,
        scales=scales,
        translations=translations,
    )
    build = partial(Dataset.build, coord_sys_output_name=physical_coord_system.name)
    return {
        "coordinateSystems": [physical_coord_system, *coord_systems],
        "datasets": build_datasets(build, paths, scales, translations),
        **given(
            coordinateTransformations=list(coord_transforms) or None,
            metadata=metadata,
            name=name,
            type=multiscale_type,
        ),
    }
