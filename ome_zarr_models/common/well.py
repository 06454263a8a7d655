"""The error for a well whose group does not exist."""

__all__ = ["WellGroupNotFoundError"]


class WellGroupNotFoundError(RuntimeError, KeyError):
    """A well that is not one of the plate, or whose group does not exist."""

    def __str__(self) -> str:
        return RuntimeError.__str__(self)
