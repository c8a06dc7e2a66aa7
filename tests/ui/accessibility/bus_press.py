"""Press a part of the program as a screen reader does: `bus_press.py ROLE NAME`, by the action that it offers.

Runs under Debian's own Python, which has the accessibility bus. The exit status is 1 where there is no such part.
"""

import sys
from importlib import import_module
from typing import Any

pyatspi: Any = import_module("pyatspi")


def find(part: Any, role: str, name: str) -> Any:
    """Return the first part with a role and a name, None if there is none."""
    if part is None or (part.getRoleName() == role and part.name == name):
        return part
    for number in range(part.childCount):
        match = find(part.getChildAtIndex(number), role, name)
        if match is not None:
            return match
    return None


desktop = pyatspi.Registry.getDesktop(0)
programs = [desktop.getChildAtIndex(number) for number in range(desktop.childCount)]
matches = [match for match in (find(program, *sys.argv[1:]) for program in programs) if match is not None]
if not matches:
    sys.exit(1)
action = matches[0].queryAction()
action.doAction(0)
