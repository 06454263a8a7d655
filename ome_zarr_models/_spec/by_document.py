"""The base of classes that are told apart by version and kind; it loads nothing."""

from __future__ import annotations

from .._models.unions import ToldApart


class ByDocument(ToldApart):
    """Base class of groups, arrays and the metadata of groups, which documents tell apart."""

    __slots__ = ()

    @classmethod
    def choices(cls, document: object, members: tuple[type, ...]) -> tuple[type, ...]:
        """
        Return the classes of a union that a document can be one of.

        Parameters
        ----------
        document : JSON
            The nodes of a group, the document of an array, or the metadata of a group.
        members : tuple of type
            The classes of the union, which all have this base.

        Returns
        -------
        tuple of type
            At least one class, the likeliest first.

        Raises
        ------
        ValidationError
            If it can be none of them; the error says what it is, and what the classes are.
        """
        from .choice import choices  # only needed for unions

        return choices(document, members)
