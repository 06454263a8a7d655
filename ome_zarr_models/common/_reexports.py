"""Names that modules of ome-zarr-models import from each other, and that code looks up there."""

from .._lazy import import_on_use

TYPE_CHECKING = False  # without importing typing
if TYPE_CHECKING:
    from typing import Any

_HOMES = {
    "AlphaNumericConstraint": "common.validation",
    "AnyArraySpec": "{version}:ArraySpec",
    "AnyGroupSpec": "{version}:GroupSpec",
    "AnyArraySpecv2": "v04:ArraySpec",
    "AnyArraySpecv3": "v05:ArraySpec",
    "AnyGroupSpecv2": "v04:GroupSpec",
    "AnyGroupSpecv3": "v05:GroupSpec",
    "AnyTransform": "{version}.{transforms}",
    "ArraySpecv2": "v04:ArraySpec",
    "ArraySpecv3": "v05:ArraySpec",
    "Axes": "{version}.axes",
    "Axis": "{version}.axes",
    "BaseAttrs": "base",
    "BaseAttrsv2": "base",
    "BaseAttrsv3": "base",
    "BaseGroup": "base",
    "CommonWellMeta": "common.well_types:WellMeta",
    "CoordinateSystem": "{version}.coordinate_systems",
    "CoordinateSystemIdentifier": "{version}.coordinate_systems",
    "Dataset": "{version}.multiscales",
    "GroupSpec": "{version}",
    "GroupSpecv2": "v04:GroupSpec",
    "GroupSpecv3": "v05:GroupSpec",
    "Identity": "{version}.{transforms}",
    "Image": "{version}.image",
    "LabelBase": "common.image_label_types",
    "Labels": "{version}.labels",
    "Plate": "{version}.plate",
    "PlateBase": "common.plate",
    "RGBHexConstraint": "common.validation",
    "Sequence": "{version}.{transforms}",
    "Transform": "{version}.{transforms}",
    "VALID_DTYPES": "common.validation",
    "VALID_NDIM": "common.validation",
    "ValidTransform": "common.coordinate_transformations",
    "ValidationError": "exceptions",
    "ValidationWarning": "exceptions",
    "VectorScale": "common.coordinate_transformations",
    "VectorTransform": "common.coordinate_transformations",
    "VectorTranslation": "common.coordinate_transformations",
    "Well": "{version}.well",
    "WellPathCharsConstraint": "common.validation",
    "check_array_spec": "common.validation",
    "check_group_path": "common.validation",
    "check_group_spec": "common.validation",
    "check_length": "common.validation",
    "check_ordered_scales": "common.validation",
    "unique_items_validator": "common.validation",
    "validate_zarr_node_name": "common.validation",
}
"""The module of each name, and the name there if it is another."""


def reexport(namespace: "dict[str, Any]") -> None:
    """
    Let a module have names of other modules, which are imported on first use.

    Type checkers do not see them: they should be imported from their own module.

    Parameters
    ----------
    namespace : dict
        The ``globals()`` of the module.
    """
    package, version, *_ = namespace["__name__"].split(".")
    transforms = "coordinate_transforms" if version == "v06" else "coordinate_transformations"

    def find(name: str) -> "tuple[str, str] | None":
        home = _HOMES.get(name, "").format(version=version, transforms=transforms)
        if not home:
            return None
        from importlib.util import find_spec

        path, _, there = home.partition(":")
        module = f"{package}.{path}"
        return (module, there or name) if find_spec(module) else None

    import_on_use(namespace, find)
