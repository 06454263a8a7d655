"""Types of parameters and return values, for annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - users may evaluate the aliases
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Never, Protocol, TypeVar, Unpack, overload

    from zarr.abc.store import Store
    from zarr.core.buffer import Buffer
    from zarr.storage import StorePath

    from . import v04, v05, v06
    from ._reading.search import Search
    from ._reports.facts import Facts
    from ._scan.progress import Progress
    from .base import BaseGroup, GroupAttrs
    from .common.versioned import Versioned
    from .exceptions import Problem
    from .v06.coordinate_transforms import AnyTransform
    from .v06.transform_graph import Edge, System

    # What zarr itself accepts as a store, except fsspec's mappings, which are not typed.
    StoreLike: TypeAlias = Store | StorePath | Path | str | dict[str, Buffer]
    AnyImage: TypeAlias = v04.Image | v05.Image | v06.Image
    AnyGroup04: TypeAlias = (
        v04.HCS
        | v04.Image
        | v04.ImageLabel
        | v04.Labels
        | v04.Well
        | v04.BioFormats2Raw
        | v04.Series
    )
    AnyGroup05: TypeAlias = (
        v05.HCS
        | v05.Image
        | v05.ImageLabel
        | v05.Labels
        | v05.Well
        | v05.BioFormats2Raw
        | v05.Series
    )
    AnyGroup06: TypeAlias = (
        v06.HCS
        | v06.Image
        | v06.ImageLabel
        | v06.Labels
        | v06.Well
        | v06.BioFormats2Raw
        | v06.Series
        | v06.Scene
    )
    AnyGroup: TypeAlias = AnyGroup04 | AnyGroup05 | AnyGroup06
    # The attributes of groups as they are stored.
    AnyAttributes: TypeAlias = (
        v04.hcs.HCSAttrs
        | v04.image.ImageAttrs
        | v04.image_label.ImageLabelAttrs
        | v04.labels.LabelsAttrs
        | v04.well.WellAttrs
        | v04.bioformats2raw.BioFormats2RawAttrs
        | v04.series.SeriesAttrs
        | v05.hcs.HCSZarrAttrs
        | v05.image.ImageZarrAttrs
        | v05.image_label.ImageLabelZarrAttrs
        | v05.labels.LabelsZarrAttrs
        | v05.well.WellZarrAttrs
        | v05.bioformats2raw.BioFormats2RawZarrAttrs
        | v05.series.SeriesZarrAttrs
        | v06.hcs.HCSZarrAttrs
        | v06.image.ImageZarrAttrs
        | v06.image_label.ImageLabelZarrAttrs
        | v06.labels.LabelsZarrAttrs
        | v06.well.WellZarrAttrs
        | v06.bioformats2raw.BioFormats2RawZarrAttrs
        | v06.series.SeriesZarrAttrs
        | v06.scene.SceneZarrAttrs
    )
    JSON: TypeAlias = bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"] | None

    _V04_co = TypeVar("_V04_co", covariant=True)
    _V05_co = TypeVar("_V05_co", covariant=True)
    _V06_co = TypeVar("_V06_co", covariant=True)

    class ArrayLike(Protocol):
        """An array of numpy, dask, zarr or the like."""

        @property
        def shape(self) -> tuple[int, ...]:
            """The length of each dimension."""
            ...

        @property
        def dtype(self) -> object:
            """The type of an element."""
            ...

    class VersionOptions(TypedDict, total=False):
        """The options of ``to_version`` besides the version."""

        losses: list[Problem] | None
        default_coordinate_system: str | None
        output_coordinate_system: str | None

    class ToVersion(Protocol[_V04_co, _V05_co, _V06_co]):
        """The method ``to_version``, whose result depends on the version."""

        @overload
        def __call__(
            self, version: Literal["0.4"], **options: Unpack[VersionOptions]
        ) -> _V04_co: ...
        @overload
        def __call__(
            self, version: Literal["0.5"], **options: Unpack[VersionOptions]
        ) -> _V05_co: ...
        @overload
        def __call__(
            self, version: Literal["0.6"], **options: Unpack[VersionOptions]
        ) -> _V06_co: ...
        @overload
        def __call__(
            self, version: str, **options: Unpack[VersionOptions]
        ) -> _V04_co | _V05_co | _V06_co: ...
        def __call__(self, version: str, **options: Unpack[VersionOptions]) -> Any:
            """Convert this object to another version of the specification."""

    class GroupToVersion:
        """What groups become in other versions."""

        @overload
        def __get__(self, instance: None, owner: object) -> Callable[..., AnyGroup]: ...
        @overload
        def __get__(
            self, instance: AnyImage, owner: object
        ) -> ToVersion[v04.Image, v05.Image, v06.Image]: ...
        @overload
        def __get__(
            self, instance: v04.ImageLabel | v05.ImageLabel | v06.ImageLabel, owner: object
        ) -> ToVersion[v04.ImageLabel, v05.ImageLabel, v06.ImageLabel]: ...
        @overload
        def __get__(
            self, instance: v04.Labels | v05.Labels | v06.Labels, owner: object
        ) -> ToVersion[v04.Labels, v05.Labels, v06.Labels]: ...
        @overload
        def __get__(
            self, instance: v04.HCS | v05.HCS | v06.HCS, owner: object
        ) -> ToVersion[v04.HCS, v05.HCS, v06.HCS]: ...
        @overload
        def __get__(
            self, instance: v04.Well | v05.Well | v06.Well, owner: object
        ) -> ToVersion[v04.Well, v05.Well, v06.Well]: ...
        @overload
        def __get__(
            self,
            instance: v04.BioFormats2Raw | v05.BioFormats2Raw | v06.BioFormats2Raw,
            owner: object,
        ) -> ToVersion[v04.BioFormats2Raw, v05.BioFormats2Raw, v06.BioFormats2Raw]: ...
        @overload
        def __get__(
            self, instance: v04.Series | v05.Series | v06.Series, owner: object
        ) -> ToVersion[v04.Series, v05.Series, v06.Series]: ...
        @overload
        def __get__(
            self, instance: v06.Scene, owner: object
        ) -> ToVersion[Never, Never, v06.Scene]: ...
        @overload
        def __get__(
            self, instance: BaseGroup, owner: object
        ) -> ToVersion[AnyGroup04, AnyGroup05, AnyGroup06]: ...
        def __get__(self, instance: Any, owner: object) -> Any: ...

    class AttrsToVersion:
        """What the metadata of groups becomes in other versions."""

        @overload
        def __get__(self, instance: None, owner: object) -> Callable[..., GroupAttrs]: ...
        @overload
        def __get__(
            self,
            instance: v04.image.ImageAttrs | v05.image.ImageAttrs | v06.image.ImageAttrs,
            owner: object,
        ) -> ToVersion[v04.image.ImageAttrs, v05.image.ImageAttrs, v06.image.ImageAttrs]: ...
        @overload
        def __get__(
            self,
            instance: v04.image_label.ImageLabelAttrs
            | v05.image_label.ImageLabelAttrs
            | v06.image_label.ImageLabelAttrs,
            owner: object,
        ) -> ToVersion[
            v04.image_label.ImageLabelAttrs,
            v05.image_label.ImageLabelAttrs,
            v06.image_label.ImageLabelAttrs,
        ]: ...
        @overload
        def __get__(
            self,
            instance: v04.labels.LabelsAttrs | v05.labels.LabelsAttrs | v06.labels.LabelsAttrs,
            owner: object,
        ) -> ToVersion[v04.labels.LabelsAttrs, v05.labels.LabelsAttrs, v06.labels.LabelsAttrs]: ...
        @overload
        def __get__(
            self, instance: v04.hcs.HCSAttrs | v05.hcs.HCSAttrs | v06.hcs.HCSAttrs, owner: object
        ) -> ToVersion[v04.hcs.HCSAttrs, v05.hcs.HCSAttrs, v06.hcs.HCSAttrs]: ...
        @overload
        def __get__(
            self,
            instance: v04.well.WellAttrs | v05.well.WellAttrs | v06.well.WellAttrs,
            owner: object,
        ) -> ToVersion[v04.well.WellAttrs, v05.well.WellAttrs, v06.well.WellAttrs]: ...
        @overload
        def __get__(
            self,
            instance: v04.bioformats2raw.BioFormats2RawAttrs
            | v05.bioformats2raw.BioFormats2RawAttrs
            | v06.bioformats2raw.BioFormats2RawAttrs,
            owner: object,
        ) -> ToVersion[
            v04.bioformats2raw.BioFormats2RawAttrs,
            v05.bioformats2raw.BioFormats2RawAttrs,
            v06.bioformats2raw.BioFormats2RawAttrs,
        ]: ...
        @overload
        def __get__(
            self,
            instance: v04.series.SeriesAttrs | v05.series.SeriesAttrs | v06.series.SeriesAttrs,
            owner: object,
        ) -> ToVersion[v04.series.SeriesAttrs, v05.series.SeriesAttrs, v06.series.SeriesAttrs]: ...
        @overload
        def __get__(
            self, instance: v06.scene.BaseSceneAttrs, owner: object
        ) -> ToVersion[Never, Never, v06.scene.BaseSceneAttrs]: ...
        @overload
        def __get__(
            self, instance: GroupAttrs, owner: object
        ) -> ToVersion[GroupAttrs, GroupAttrs, GroupAttrs]: ...
        def __get__(self, instance: Any, owner: object) -> Any: ...

    class PartToVersion:
        """What parts of metadata become in other versions."""

        @overload
        def __get__(self, instance: None, owner: object) -> Callable[..., Versioned]: ...
        @overload
        def __get__(
            self,
            instance: v04.multiscales.Multiscale
            | v05.multiscales.Multiscale
            | v06.multiscales.Multiscale,
            owner: object,
        ) -> ToVersion[
            v04.multiscales.Multiscale, v05.multiscales.Multiscale, v06.multiscales.Multiscale
        ]: ...
        @overload
        def __get__(
            self, instance: v04.plate.Plate | v05.plate.Plate | v06.plate.Plate, owner: object
        ) -> ToVersion[v04.plate.Plate, v05.plate.Plate, v06.plate.Plate]: ...
        @overload
        def __get__(
            self,
            instance: v04.well_types.WellMeta | v05.well_types.WellMeta | v06.well_types.WellMeta,
            owner: object,
        ) -> ToVersion[
            v04.well_types.WellMeta, v05.well_types.WellMeta, v06.well_types.WellMeta
        ]: ...
        @overload
        def __get__(
            self,
            instance: v04.image_label_types.Label
            | v05.image_label_types.Label
            | v06.image_label_types.Label,
            owner: object,
        ) -> ToVersion[
            v04.image_label_types.Label, v05.image_label_types.Label, v06.image_label_types.Label
        ]: ...
        @overload
        def __get__(
            self, instance: Versioned, owner: object
        ) -> ToVersion[Versioned, Versioned, Versioned]: ...
        def __get__(self, instance: Any, owner: object) -> Any: ...
else:
    AnyAttributes = AnyTransform = ArrayLike = StoreLike = JSON = Any

    from ._lazy import import_on_use

    # Converters need some of the classes; others do not load them.
    import_on_use(
        globals(),
        {
            "AnyGroup": (".base", "BaseGroup"),
            "AnyGroup04": (".v04.base", "BaseGroupv04"),
            "AnyGroup05": (".v05.base", "BaseGroupv05"),
            "AnyGroup06": (".v06.base", "BaseGroupv06"),
            "AnyImage": (".base", "BaseGroup"),
            "BaseGroup": (".base", "BaseGroup"),
            "Edge": (".v06.transform_graph", "Edge"),
            "Facts": ("._reports.facts", "Facts"),
            "Progress": ("._scan.progress", "Progress"),
            "Search": ("._reading.search", "Search"),
            "System": (".v06.transform_graph", "System"),
        }.get,
    )

__all__ = [
    "JSON",
    "AnyAttributes",
    "AnyGroup",
    "AnyGroup04",
    "AnyGroup05",
    "AnyGroup06",
    "AnyImage",
    "AnyTransform",
    "ArrayLike",
    "BaseGroup",
    "Consolidated",
    "Depth",
    "Edge",
    "Facts",
    "Loc",
    "OpenOptions",
    "Overwrite",
    "Policy",
    "Progress",
    "Search",
    "Severity",
    "StoreLike",
    "System",
    "ZarrFormat",
]

Consolidated: TypeAlias = Literal["use", "ignore", "check"]
"""Whether consolidated metadata is read instead of documents, ignored, or compared with them."""
Depth: TypeAlias = Literal["attributes", "arrays", "all"]
"""How much of a hierarchy is read: the root's attributes, also its arrays, or everything."""
Loc: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead to a value in a JSON document."""
Overwrite: TypeAlias = bool | Literal["documents"]
"""What to do with existing nodes: delete them, raise, or replace only their documents."""
Policy: TypeAlias = Literal["repair", "strict"]
"""Whether metadata that breaks a rule is repaired if its meaning is clear, or refused."""
Severity: TypeAlias = Literal["error", "warning"]
"""Whether a rule is required by the specification, or recommended."""
ZarrFormat: TypeAlias = Literal[2, 3]
"""The version of the Zarr format."""


class OpenOptions(TypedDict, total=False):
    """The options of `open_ome_zarr` besides the version."""

    policy: Policy
    depth: Depth
    max_requests: int
    max_bytes: int
