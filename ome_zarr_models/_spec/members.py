"""The nodes that the metadata of a group names."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._json.values import is_object, items_at, objects_at
from .._paths import is_below, join
from .detect import detect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


_PARAMETER_ROLES: Final = {
    "affine": "array",
    "rotation": "array",
    "displacements": "field",
    "coordinates": "field",
}
"""The role of the node at the path of a transformation, by the type of the transformation."""


class Named(NamedTuple):
    """
    A node that the metadata of a group names.

    Parameters
    ----------
    path : JSON
        The path of the node as the metadata has it, valid or not.
    role : str
        ``"array"``, ``"field"`` (an image of vectors), or a kind of group.
    required : bool
        Whether the node must exist.
    """

    path: Any
    role: str
    required: bool = True


def named(kind: str, metadata: Mapping[str, Any]) -> Iterator[Named]:
    """
    Yield the nodes that the metadata of a group names, as far as it can be read.

    The images of a bioformats2raw collection without a plate are not among them: the
    group ``OME`` in the collection names them, or they are numbered.
    """
    for find in _FINDERS.get(kind, ()):
        yield from find(metadata)


def _parameters_of_image(metadata: Mapping[str, Any]) -> Iterator[Named]:
    for multiscale in objects_at(metadata, "multiscales"):
        yield from _parameters(multiscale)


def _labels_of_image(_: Mapping[str, Any]) -> Iterator[Named]:
    yield Named("labels", "labels", required=False)


def _label_images(metadata: Mapping[str, Any]) -> Iterator[Named]:
    return (Named(path, "image-label") for path in items_at(metadata, "labels"))


def _wells(metadata: Mapping[str, Any]) -> Iterator[Named]:
    wells = objects_at(metadata.get("plate"), "wells")
    return (Named(well.get("path"), "well", required=False) for well in wells)


def _series(metadata: Mapping[str, Any]) -> Iterator[Named]:
    if metadata.get("bioformats2raw.layout") is not None:
        yield Named("OME", "series", required=False)


def _fields_of_view(metadata: Mapping[str, Any]) -> Iterator[Named]:
    images = objects_at(metadata.get("well"), "images")
    return (Named(image.get("path"), "image") for image in images)


def _images_of_scene(metadata: Mapping[str, Any]) -> Iterator[Named]:
    scene = metadata.get("scene")
    for transform in objects_at(scene, "coordinateTransformations"):
        for end in ("input", "output"):
            reference: object = transform.get(end)
            if is_object(reference) and reference.get("path") is not None:
                yield Named(reference["path"], "image")
    yield from _parameters(scene)


def _arrays(metadata: Mapping[str, Any]) -> Iterator[Named]:
    for multiscale in objects_at(metadata, "multiscales"):
        for dataset in objects_at(multiscale, "datasets"):
            yield Named(dataset.get("path"), "array")


def _parameters(owner: object) -> Iterator[Named]:
    """Yield the arrays and fields that hold parameters of transformations, nested ones too."""
    queue: deque[Any] = deque(objects_at(owner, "coordinateTransformations"))
    while queue:
        transform = queue.popleft()
        role = _PARAMETER_ROLES.get(str(transform.get("type")))
        path = transform.get("path")
        if role is not None and path is not None:
            yield Named(path.strip("/") if isinstance(path, str) else path, role)
        parts = [transform.get(key) for key in ("forward", "inverse", "transformation")]
        queue += [part for part in parts if is_object(part)]
        queue += objects_at(transform, "transformations")


_FINDERS: Final[Mapping[str, tuple[Callable[[Mapping[str, Any]], Iterator[Named]], ...]]] = {
    "image": (_arrays, _parameters_of_image, _labels_of_image),
    "image-label": (_arrays, _parameters_of_image),
    "field": (_arrays,),
    "labels": (_label_images,),
    "plate": (_wells, _series),
    "bioformats2raw": (_wells, _series),
    "well": (_fields_of_view,),
    "scene": (_images_of_scene,),
}


def named_paths(attributes: object, node: str = "") -> set[str]:
    """
    Return the paths of the nodes that the metadata of a group names.

    Parameters
    ----------
    attributes : JSON
        The attributes of the group as they are stored, of any version.
    node : str
        The path of the group, which the results begin with.
    """
    detected = detect(attributes)
    if detected.version is None or detected.kind is None:
        return set()
    metadata = detected.version.metadata(attributes)
    if detected.kind.name == "series":  # its paths are from the collection above it
        above = node.rpartition("/")[0] if node else ".."
        return {join(above, path) for path in items_at(metadata, "series") if is_below(path)}
    paths = (node_.path for node_ in named(detected.kind.name, metadata))
    return {join(node, path) for path in paths if is_below(path)}
