"""Parts of a script in which nothing is a function, and one object leads to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """What of a script counts for the next of its objects.

    Attributes:
        border: The last statement that binds the first of these names that is bound at all.
        upto: Whether what stands behind the border is left out.
        given: Names that exist before the code starts; what it does to them up to the border is left out.
        also: Names whose objects count, too, as far as they are bound: what is done to them behind all that was asked for.
    """

    border: tuple[str, ...] = ()
    upto: bool = False
    given: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def parts_at(self, bound_last: Callable[[str], int | None], end: int) -> int:
        """Where the border is.

        Args:
            bound_last: from a name to the number of the last statement that binds it.
            end: where it is if there is none.
        """
        places = (bound_last(name) for name in self.border)
        return next((place for place in places if place is not None), end)


WHOLE = Stage()
