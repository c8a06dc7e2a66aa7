"""Progress of long work, such as compiling a library: how it is reported, ignored and canceled.

The functions of intake and of compiling take both as parameters, so that the window, the command line and tests follow
the same work, each in its own way.
"""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with the name of the step that begins and the share of all work that is done, from 0 to 1."""

Canceled = Callable[[], bool]
"""Called now and then by long work, which stops when the answer is True."""


def ignore_progress(_step: str, _share: float) -> None:
    """Report progress to no one: the default of functions that take a `Progress`."""


def never_canceled() -> bool:
    """Return False: the default of functions that take a `Canceled`."""
    return False
