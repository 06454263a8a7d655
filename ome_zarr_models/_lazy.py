"""Import the public names of a package on first use."""

TYPE_CHECKING = False  # without importing typing
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def lazy(
    namespace: "dict[str, Any]",
    contents: "Mapping[str, tuple[str, ...]]",
    modules: "tuple[str, ...]" = (),
) -> None:
    """
    Let a package import its names on first use.

    Type checkers do not see its ``__getattr__``, so that they report misspelled names.

    Parameters
    ----------
    namespace : dict
        The ``globals()`` of the package. Imported names are stored in it, and ``__getattr__``
        and ``__dir__``.
    contents : mapping of str to tuple of str
        The public names of each module, by the module's relative name.
    modules : tuple of str
        The names of public submodules.
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

    namespace["__getattr__"] = get
    namespace["__dir__"] = lambda: sorted((*homes, *modules))
