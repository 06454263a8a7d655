"""What wells of all versions have in common."""

__all__ = ["WellGroupNotFoundError"]


class WellGroupNotFoundError(RuntimeError, KeyError):
    """A well of a plate whose group is not there."""

    def __str__(self) -> str:
        return RuntimeError.__str__(self)
