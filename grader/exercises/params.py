"""An exercise's parameters: sizes, names and thresholds that an instructor may retune without touching a test."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from grader.errors import UsageError

type_names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", tuple: "a list of texts"}

ParamValue = bool | int | float | str | tuple[str, ...]


class UnknownParam(UsageError, KeyError, AttributeError):
    """No parameter has this name. Also the `KeyError` and `AttributeError` that callers of a mapping expect."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.param = name
        self.known = tuple(known)
        self.message = f"No parameter is called {name!r}; {known_names(name, self.known)}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.param, self.known))


class Params(Mapping[str, ParamValue]):
    """Immutable parameters, by key or by attribute: `params["image_size"]` is `params.image_size`.

    Lists from TOML are tuples of texts.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, ParamValue]) -> None:
        object.__setattr__(self, "_values", dict(values))

    def __getitem__(self, name: str) -> ParamValue:
        values: dict[str, ParamValue] = object.__getattribute__(self, "_values")
        try:
            return values[name]
        except KeyError:
            raise UnknownParam(name, values) from None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Params do not change; put {name} into an overlay file and load the exercise with it.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Params do not change; {name} stays.")

    def __contains__(self, name: object) -> bool:
        # The mapping's own way is to ask for the value, and the error that says so looks for similar names.
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._values})

    def __repr__(self) -> str:
        return f"Params({self._values!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Params, (dict(self._values),))


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What values a parameter may take; a line of `[params_rules]`.

    `minimum` and `maximum` are allowed values, `above` and `below` are not. `length` bounds a list from below,
    `distinct` forbids repeats, `one_of` lists the texts allowed.
    """

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    length: int | None = None
    distinct: bool = False
    one_of: tuple[str, ...] | None = None

    def holds(self, value: ParamValue) -> bool:
        """Whether `value`, already of the right type, is allowed."""
        if isinstance(value, str):
            return self.one_of is None or value in self.one_of
        if isinstance(value, tuple):
            long_enough = self.length is None or len(value) >= self.length
            return long_enough and (not self.distinct or len(set(value)) == len(value))
        return (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def __str__(self) -> str:
        parts = []
        if self.minimum is not None:
            parts.append(f"at least {self.minimum:g}")
        if self.above is not None:
            parts.append(f"above {self.above:g}")
        if self.maximum is not None:
            parts.append(f"at most {self.maximum:g}")
        if self.below is not None:
            parts.append(f"below {self.below:g}")
        if self.length is not None:
            parts.append(f"of at least {self.length} entries")
        if self.distinct:
            parts.append("without repeats")
        if self.one_of is not None:
            parts.append("one of " + ", ".join(self.one_of))
        return " and ".join(parts)


def declared(values: Mapping[str, Any], rules: Mapping[str, Rule], *, file: str, table: str) -> dict[str, ParamValue]:
    """The declared defaults, each held against its own rule.

    Raises:
        UsageError: a type that parameters do not have, a default outside its rule, or a rule for no parameter.
    """
    for name in rules:
        if name not in values:
            raise UsageError(f"{file}: [{table}_rules] {name} is a rule for no parameter of [{table}].")
    result: dict[str, ParamValue] = {}
    for name, value in values.items():
        default = tuple(value) if isinstance(value, list) else value
        if type(default) not in type_names:
            raise UsageError(f"{file}: [{table}] {name} (={value!r}) must be a number, a text or a list of texts.")
        result[name] = checked(name, value, default, rules.get(name, Rule()), file=file, table=table)
    return result


def overlaid(
    defaults: Mapping[str, ParamValue],
    overlay: Mapping[str, Any],
    rules: Mapping[str, Rule],
    *,
    file: str,
    table: str,
) -> dict[str, ParamValue]:
    """`defaults` with the values of `overlay`, which must be known, of the default's type, and within the rules.

    Raises:
        UsageError: one line that names file, key, value and rule.
    """
    result = dict(defaults)
    for name, value in overlay.items():
        if name not in defaults:
            raise UsageError(
                f"{file}: [{table}] {name} (={value!r}) is not a parameter; {known_names(name, tuple(defaults))}"
            )
        result[name] = checked(name, value, defaults[name], rules.get(name, Rule()), file=file, table=table)
    return result


def checked(name: str, value: Any, default: ParamValue, rule: Rule, *, file: str, table: str) -> ParamValue:
    """`value` as the type of `default`: an int stays an int, a float accepts an int, a list becomes a tuple.

    Raises:
        UsageError: wrong type, not finite, or outside the rule.
    """
    kind = type(default)
    fitting: ParamValue | None = None
    if isinstance(default, float):
        if type(value) in (int, float) and math.isfinite(value):
            fitting = float(value)
    elif isinstance(default, tuple):
        if isinstance(value, (list, tuple)) and all(isinstance(entry, str) and entry for entry in value):
            fitting = tuple(value)
    elif type(value) is kind:
        fitting = value
    if fitting is None:
        raise UsageError(f"{file}: [{table}] {name} (={value!r}) must be {type_names[kind]}, like {default!r}.")
    if not rule.holds(fitting):
        raise UsageError(f"{file}: [{table}] {name} (={value!r}) must be {rule}.")
    return fitting


def known_names(wrong: str, known: tuple[str, ...]) -> str:
    """The end of an error message: the nearest name where there is one, and all of them."""
    near = difflib.get_close_matches(wrong, known, n=1)
    guess = f"did you mean {near[0]!r}? " if near else ""
    return f"{guess}known are {', '.join(sorted(known))}."
