"""A hierarchy as it was read: its nodes with their documents, and what could not be had."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen

from .._json.text import decode_closely
from .._json.values import at, is_object
from .._models.recommend import advise
from .._models.structure import attempt
from .._spec.detect import Detected, detect
from .._spec.versions import VERSIONS, Version
from .._spec.zarr_formats import FORMATS, Format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._models.model import Model
    from ..exceptions import Problem
    from ..typing import ZarrFormat


OME_XML: Final = "METADATA.ome.xml"
"""The file of a bioformats2raw collection that is no JSON: it is kept as bytes."""


# What `dict[str, Any]()` and `list[Any]()` give, in a sixth of their time.
def _dict() -> Any:
    return {}


def _list() -> Any:
    return []


@frozen
class Failure:
    """Why a document could not be had, and what the store or the parser said."""

    problem: Problem
    cause: Exception | None = None


@define
class Node:
    """
    A node of a hierarchy, as far as it was read.

    Parameters
    ----------
    path : str
        Its path from the root.
    role : str
        What its parent takes it for: ``"array"``, ``"field"``, ``"group"``, or a kind of group.
    format : Format
        The Zarr format in which it is looked for.
    required : bool
        Whether its parent's metadata says that it is there.
    documents : dict of str to JSON
        Its documents, by their names.
    failures : list of Failure
        Why documents could not be had.
    members : dict of str to Node
        The nodes below it that were looked for, by their names.
    is_exact : bool
        Whether its documents are JSON to the letter, and there is no ``NaN`` in them.
    text : bytes, optional
        The text of its document, or of its attributes if it is a group, if somebody keeps
        what was read of it.
    """

    path: str
    role: str
    format: Format
    required: bool = True
    documents: dict[str, Any] = field(factory=_dict)
    failures: list[Failure] = field(factory=_list)
    members: dict[str, Node] = field(factory=_dict)
    is_exact: bool = True
    text: bytes | None = None

    @property
    def names(self) -> list[str]:
        """The names of the documents that it has if it is what its parent takes it for."""
        own, role = self.format, self.role
        main = own.array if role == "array" else own.group
        names = [main] if main == own.attributes else [main, own.attributes]
        return [*names, OME_XML] if role == "series" and self.path else names

    @property
    def type(self) -> str | None:
        """``"array"`` or ``"group"``, if the store has it."""
        if self.format.array != self.format.group:
            for document, kind in ((self.format.array, "array"), (self.format.group, "group")):
                if document in self.documents:
                    return kind
            return None
        document = self.documents.get(self.format.group, self)
        if document is self:
            return None
        said: Any = document.get("node_type") if is_object(document) else None
        if said == "array" or said == "group":  # noqa: PLR1714 - which takes half the time of `in`
            return str(said)
        return "array" if self.role == "array" else "group"

    @property
    def is_there(self) -> bool:
        """Whether the store has it, and it is what its parent takes it for."""
        return self.type == ("array" if self.role == "array" else "group")

    @property
    def is_told(self) -> bool:
        """Whether its attributes could be read, if it has any."""
        return not any(
            failure.problem.document == self.format.attributes for failure in self.failures
        )

    @property
    def attributes(self) -> Any:
        """Its attributes, which should be a JSON object."""
        found: Any = self.documents.get(self.format.attributes, {})
        if not self.format.place:
            return found
        return found.get("attributes", {}) if is_object(found) else {}


class Texts:
    """
    What was read of texts, for those who read many hierarchies: many have the same arrays.

    Nobody may change what it gives.
    """

    def __init__(self, size: int = 256) -> None:
        self.decode = lru_cache(size)(decode_closely)
        self.array = lru_cache(size)(self._array)
        self.attributes = lru_cache(size)(self._attributes)

    def _array(self, text: bytes, number: ZarrFormat) -> Any:
        """Return the array of a text, which has no attributes elsewhere; None if it is wrong."""
        document, is_exact, _ = self.decode(text)
        own = FORMATS[number]
        if own.array != own.attributes and is_object(document):
            more: Any = {**document, "attributes": {}}
            document = more
        array: Any = attempt(document, own.array_spec) if is_exact else None
        return array

    def _attributes(
        self, text: bytes, number: ZarrFormat, model: type[Model]
    ) -> tuple[Any, list[Problem]]:
        """Return the attributes of a group, None if they are wrong, and what is advised on."""
        document, is_exact, _ = self.decode(text)
        document = at(document, *FORMATS[number].place)
        attributes = attempt(document, model) if is_exact else None
        return attributes, [] if attributes is None else advise(attributes)


_UNKNOWN: Final = Detected()


@define
class Hierarchy:
    """
    The nodes of a hierarchy by their paths.

    ``detected`` is the version and the kind of the root. ``consolidated`` has the documents
    of nodes by their keys, where the root holds them, and ``is_exact`` tells whether they
    are JSON to the letter. ``failures`` are those of documents that the hierarchy can be
    read without, and ``flaws`` what is wrong with texts that could be read; None if they
    were not checked. ``requests`` is the number of documents that the store was
    asked for, and ``texts`` what was read of the same texts before.
    """

    nodes: dict[str, Node]
    detected: Detected = _UNKNOWN
    consolidated: Mapping[str, Any] | None = None
    is_exact: bool = True
    failures: list[Failure] = field(factory=list[Failure])
    flaws: list[Problem] | None = None
    requests: int = 0
    texts: Texts | None = None

    @property
    def root(self) -> Node:
        """The node that was opened."""
        return self.nodes[""]

    @property
    def version(self) -> Version | None:
        """The version of the specification; None if it was not detected."""
        return self.detected.version

    def metadata(self, node: Node) -> Mapping[str, Any]:
        """Return the metadata of a node, as far as it is a JSON object."""
        return self.version.metadata(node.attributes) if self.version else {}


def hierarchy_of(
    attributes: Mapping[str, Any], version: Version | None, kind: str | None
) -> Hierarchy:
    """Return the hierarchy of a group of which only the attributes are known."""
    detected = detect(attributes, version=version, kind=kind)
    zarr_format = (version or detected.version or VERSIONS["0.4"]).format
    document: Any = attributes
    for step in reversed(zarr_format.place):
        document = {step: document, "node_type": "group"}
    documents: dict[str, Any] = {zarr_format.group: {}, zarr_format.attributes: document}
    documents[zarr_format.group] |= {"zarr_format": zarr_format.number}
    return Hierarchy({"": Node("", "group", zarr_format, documents=documents)}, detected)
