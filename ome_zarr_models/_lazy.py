"""Import the public names of packages and modules on first use."""

TYPE_CHECKING = False  # without importing typing
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def lazy(namespace: "dict[str, Any]", contents: "Mapping[str, tuple[str, ...]]") -> None:
    """
    Let a package import the names in its ``__all__`` on first use.

    Parameters
    ----------
    namespace : dict
        The ``globals()`` of the package.
    contents : mapping of str to tuple of str
        The names of each module, by the module's relative name. The other names in ``__all__``
        are submodules.
    """
    names = namespace["__all__"]
    homes: dict[str, tuple[str, str | None]] = {name: (f".{name}", None) for name in names}
    homes |= {name: (module, name) for module, own in contents.items() for name in own}
    import_on_use(namespace, homes.get)
    namespace["__dir__"] = lambda: sorted(names)


def import_on_use(
    namespace: "dict[str, Any]", find: "Callable[[str], tuple[str, str | None] | None]"
) -> None:
    """
    Let a module import names on first use.

    Type checkers do not see its ``__getattr__``, so that they report misspelled names.

    Parameters
    ----------
    namespace : dict
        The ``globals()`` of the module. Imported names are stored in it.
    find : callable
        Returns the module of a name, which may be relative to the package, and the name there;
        None instead of it stands for the module itself. Returns None for unknown names.
    """

    def get(name: str) -> "Any":
        home = find(name)
        if home is None:
            msg = f"module {namespace['__name__']!r} has no attribute {name!r}"
            raise AttributeError(msg)
        from importlib import import_module

        module, attribute = home
        value = import_module(module, namespace["__package__"])
        namespace[name] = value if attribute is None else getattr(value, attribute)
        return namespace[name]

    namespace["__getattr__"] = get
