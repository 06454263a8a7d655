"""Import the public names of a package on first use."""

TYPE_CHECKING = False  # without importing typing
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def lazy(
    namespace: "dict[str, Any]",
    contents: "Mapping[str, tuple[str, ...]]",
    modules: "tuple[str, ...]" = (),
) -> "tuple[Callable[[str], Any], Callable[[], list[str]]]":
    """
    Return the ``__getattr__`` and ``__dir__`` of a package that imports its names lazily.

    Parameters
    ----------
    namespace : dict
        The ``globals()`` of the package. Imported names are stored in it.
    contents : mapping of str to tuple of str
        The public names of each module, by the module's relative name.
    modules : tuple of str
        The names of public submodules.

    Returns
    -------
    tuple of callable
        ``__getattr__`` and ``__dir__``.
    """
    package = namespace["__name__"]
    homes = {name: module for module, names in contents.items() for name in names}

    def get(name: str) -> "Any":
        from importlib import import_module

        if name in modules:
            return import_module(f".{name}", package)
        if name not in homes:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        namespace[name] = getattr(import_module(homes[name], package), name)
        return namespace[name]

    return get, lambda: sorted((*homes, *modules))
