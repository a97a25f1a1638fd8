"""What can go wrong, each in one sentence with the smallest fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SextantError(Exception):
    """An error with a stable `code` (docs/protocol.md lists them), a `hint` and the `field` that is wrong, if any."""

    def __init__(self, code: str, message: str, hint: str = "", field: str = "") -> None:
        super().__init__(message + (f" ({hint})" if hint else ""))
        self.code, self.message, self.hint, self.field = code, message, hint, field

    def __reduce__(self) -> tuple[type[SextantError], tuple[str, str, str, str]]:
        """Pickles by its parts, since it crosses the pipe between a worker and its processes."""
        return (type(self), (self.code, self.message, self.hint, self.field))


class Unreachable(SextantError):
    """Nobody answers at an endpoint."""

    def __init__(self, *parts: str) -> None:
        super().__init__(*parts)


class Infeasible(Exception):
    """Raised by a model for a design that can't be built; the sample is logged with that status and these words."""


def unknown(code: str, kind: str, name: str, known: Iterable[str]) -> SextantError:
    """The error for a name that nothing has, with a guess or else all names there are."""
    names = list(known)
    guess = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean '{guess[0]}'?" if guess else "known: " + ", ".join(names[:40])
    return SextantError(code, f"no {kind} named '{name}'", hint, name)
