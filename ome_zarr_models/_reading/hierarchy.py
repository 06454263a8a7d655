"""The nodes of a hierarchy with their documents, and the failures to read them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from attrs import define, evolve, field, frozen

from .._json.text import decode_closely
from .._json.values import at, is_object
from .._models.recommend import advise
from .._models.structure import attempt
from .._spec.detect import Detected, Misplaced, detect
from .._spec.versions import VERSIONS, Version
from .._spec.zarr_formats import FORMATS, Format
from .._zarr.loop import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._models.model import Model
    from ..exceptions import Problem
    from ..typing import ZarrFormat


OME_XML: Final = "METADATA.ome.xml"
"""The XML file of a bioformats2raw collection, which is kept as bytes."""


# These factories take a sixth of the time of `dict[str, Any]` and `list[Any]`.
def _dict() -> Any:
    return {}


def _list() -> Any:
    return []


@frozen
class Failure:
    """The problem of a document that could not be read, and the exception behind it."""

    problem: Problem
    cause: Exception | None = None

    @property
    def is_refusal(self) -> bool:
        """Whether the store refused the document, as some do for what is not there."""
        cause: Any = self.cause
        # The error of a local file names it, and means what it says.
        is_denied = isinstance(cause, PermissionError) and cause.filename is None
        is_denied |= type(cause).__name__ in ("PermissionDeniedError", "UnauthenticatedError")
        return is_denied or isinstance(cause, PageError) or status_of(cause) in (401, 403)

    def as_warning(self, message: str) -> Failure:
        """Return this failure as a warning, with what follows from it."""
        message = f"{self.problem.message}: {message}"
        return Failure(evolve(self.problem, level="warning", message=message))


class PageError(ValueError):
    """A server returned a web page instead of a document."""


def status_of(error: Any) -> int | None:
    """Return the status with which a server answered, if it is known."""
    status: Any = at(getattr(error, "response", None), "ResponseMetadata", "HTTPStatusCode")
    return status or getattr(error, "status", None)


def unread(error: Exception) -> tuple[str, str]:
    """Return the rule and the message for a document that a store did not return."""
    if isinstance(error, TooLargeError):
        return "too-large", str(error)
    return "unreadable", f"could not be read: {type(error).__name__}: {error}"


@define
class Node:
    """
    A node of a hierarchy, as far as it was read.

    Parameters
    ----------
    path : str
        The path from the root.
    role : str
        The type that the metadata of the parent gives to the node: ``"array"``, ``"field"``
        (an image of vectors), ``"group"``, or a kind of group.
    format : Format
        The Zarr format in which the node is read.
    required : bool
        Whether the metadata of the parent requires the node.
    documents : dict of str to JSON
        The documents by their names.
    failures : list of Failure
        The failures to read documents.
    members : dict of str to Node
        The members that were read, by their names.
    is_exact : bool
        Whether all documents are strict JSON, without ``NaN``.
    has_clean_paths : bool
        Whether the paths that the metadata names have no needless slashes.
    text : bytes, optional
        The text of the document that has the attributes, if a cache of texts is used.
    misplaced : Misplaced, optional
        The attributes as they should be, if the metadata is at the place of another version.
    has_members : bool
        Whether the members of a group were read.
    """

    path: str
    role: str
    format: Format
    required: bool = True
    documents: dict[str, Any] = field(factory=_dict)
    failures: list[Failure] = field(factory=_list)
    members: dict[str, Node] = field(factory=_dict)
    is_exact: bool = True
    has_clean_paths: bool = True
    text: bytes | None = None
    misplaced: Misplaced | None = None
    has_members: bool = True

    @property
    def names(self) -> list[str]:
        """The names of the documents that a node of this role has."""
        own, role = self.format, self.role
        main = own.array if role == "array" else own.group
        names = [main] if main == own.attributes else [main, own.attributes]
        return [*names, OME_XML] if role == "series" and self.path else names

    @property
    def type(self) -> str | None:
        """``"array"`` or ``"group"``; None if the node does not exist."""
        if not self.format.has_one_document:
            for name, node_type in ((self.format.array, "array"), (self.format.group, "group")):
                if name in self.documents:
                    return node_type
            return None
        document = self.documents.get(self.format.group, self)
        if document is self:
            return None
        declared: Any = document.get("node_type") if is_object(document) else None
        if declared == "array" or declared == "group":  # noqa: PLR1714 - twice as fast as `in`
            return str(declared)
        return "array" if self.role == "array" else "group"

    @property
    def is_there(self) -> bool:
        """Whether the node exists and has the type of its role."""
        return self.type == ("array" if self.role == "array" else "group")

    @property
    def has_readable_attributes(self) -> bool:
        """Whether the document with the attributes could be read, or does not exist."""
        return not any(
            failure.problem.document == self.format.attributes for failure in self.failures
        )

    @property
    def attributes(self) -> Any:
        """The attributes, of any JSON type."""
        if self.misplaced is not None:
            return self.misplaced.attributes
        document: Any = self.documents.get(self.format.attributes, {})
        if not self.format.place:
            return document
        return document.get("attributes", {}) if is_object(document) else {}


class Texts:
    """
    A cache of decoded texts, for reading many hierarchies, which often have the same arrays.

    Its values are shared and must not be changed.
    """

    def __init__(self, size: int = 256) -> None:
        self.decode = lru_cache(size)(decode_closely)
        self.array = lru_cache(size)(self._array)
        self.attributes = lru_cache(size)(self._attributes)

    def _array(self, text: bytes, number: ZarrFormat) -> Any:
        """Return the array of a text that holds all its metadata; None if it is not valid."""
        document, is_exact, _ = self.decode(text)
        own = FORMATS[number]
        if not own.has_one_document and is_object(document):
            with_attributes: Any = {**document, "attributes": {}}
            document = with_attributes
        array: Any = attempt(document, own.array_spec) if is_exact else None
        return array

    def _attributes(
        self, text: bytes, number: ZarrFormat, model: type[Model]
    ) -> tuple[Any, list[Problem]]:
        """Return the attributes of a group, None if they are not valid, and recommendations."""
        document, is_exact, _ = self.decode(text)
        document = at(document, *FORMATS[number].place)
        attributes = attempt(document, model) if is_exact else None
        return attributes, [] if attributes is None else advise(attributes)


_UNKNOWN: Final = Detected()


@define
class Hierarchy:
    """
    The nodes of a hierarchy, as far as they were read.

    Parameters
    ----------
    nodes : dict of str to Node
        The nodes by their paths.
    detected : Detected
        The version and kind of the root.
    consolidated : mapping of str to JSON, optional
        The documents of nodes by their keys, if the root has consolidated metadata.
    is_exact : bool
        Whether the consolidated metadata is strict JSON, without ``NaN``.
    failures : list of Failure
        The failures to read documents that the hierarchy can be read without.
    flaws : list of Problem, optional
        The flaws of texts that could be read; None if they were not checked.
    requests : int
        The number of documents that the store was asked for.
    texts : Texts, optional
        A cache of decoded texts.
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
        """Return the OME-Zarr metadata of a node; empty if it is not a JSON object."""
        return self.version.metadata(node.attributes) if self.version else {}

    def has_plate(self, node: Node) -> bool:
        """Return whether the metadata of a node is that of a plate; null is no plate."""
        return self.metadata(node).get("plate") is not None


def hierarchy_of(
    attributes: Mapping[str, Any], version: Version | None, kind: str | None
) -> Hierarchy:
    """Return a hierarchy of one group, given its attributes."""
    detected = detect(attributes, version=version, kind=kind)
    zarr_format = (version or detected.version or VERSIONS["0.4"]).format
    document: Any = attributes
    for step in reversed(zarr_format.place):
        document = {step: document, "node_type": "group"}
    documents: dict[str, Any] = {zarr_format.group: {}, zarr_format.attributes: document}
    documents[zarr_format.group] |= {"zarr_format": zarr_format.number}
    return Hierarchy({"": Node("", "group", zarr_format, documents=documents)}, detected)
