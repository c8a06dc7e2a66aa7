"""Signals for processes that tests start: their default handling, whatever the surroundings of the tests are."""

import signal


def restore_interrupts() -> None:
    """Restore the default handling of SIGINT, to be called in a child before the program starts.

    A shell without job control starts `make test &` with SIGINT ignored, which children inherit.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
