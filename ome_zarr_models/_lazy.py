"""Names that a package has, and that are imported when they are asked for."""

TYPE_CHECKING = False  # without importing typing
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def lazy(
    names: "dict[str, Any]",
    contents: "Mapping[str, tuple[str, ...]]",
    modules: "tuple[str, ...]" = (),
) -> "tuple[Callable[[str], Any], Callable[[], list[str]]]":
    """
    Return the ``__getattr__`` and ``__dir__`` of a package.

    ``names`` are the globals of the package, ``contents`` the public names that each of its
    modules has, and ``modules`` those that are public themselves.
    """
    package = names["__name__"]
    homes = {name: module for module, held in contents.items() for name in held}

    def get(name: str) -> "Any":
        from importlib import import_module

        if name in modules:
            return import_module(f".{name}", package)
        if name not in homes:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        names[name] = getattr(import_module(homes[name], package), name)
        return names[name]

    return get, lambda: sorted((*homes, *modules))
