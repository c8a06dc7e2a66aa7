"""Print what a screen reader would say: announcements, and name and description of what gets the focus.

Runs under Debian's own Python, which has the accessibility bus; one line an event, until it is ended.
"""

import sys
from importlib import import_module
from typing import Any

pyatspi: Any = import_module("pyatspi")


def tell(*words: str) -> None:
    """Print a line, at once."""
    sys.stdout.write("\t".join(words) + "\n")
    sys.stdout.flush()


def print_event(event: Any) -> None:
    """Print an event that a screen reader speaks of."""
    if event.type.startswith("object:announcement"):
        tell("said", event.any_data)
    elif event.type.startswith("object:state-changed:focused") and event.detail1:
        source = event.source
        tell("focus", source.getRoleName(), source.name, source.description)


pyatspi.Registry.registerEventListener(
    # The last keeps names and descriptions up to date.
    print_event,
    "object:announcement",
    "object:state-changed:focused",
    "object:property-change",
)
tell("ready")
pyatspi.Registry.start()
