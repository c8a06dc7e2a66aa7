"""Run as a program: prints the JSON lines of `codarium add`, `remove` and `fetch`, chosen by the names of the files.

The library that it makes is a link to the file that FAKE_LIBRARY names. Files: `slow` never ends, `stubborn` also
ignores the signal to end, `cpt` and `both` need the user's consent, `wrong` cannot be read, `broken` ends without any
output.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path


def print_json(**fields: object) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    options = arguments[1:]
    names = [Path(argument).name for argument in options if not argument.startswith("--")]
    if "--plan" in options:
        sizes = (12_400_000, 310_000, None)
        print_json(
            plan=[
                {
                    "system": name,
                    "title": f"Files of {name}",
                    "url": f"https://www.cms.gov/{name}.zip",
                    "bytes": size,
                    "terms": "cms" if name == "cpt" else "none",
                }
                for name, size in zip(names, sizes, strict=False)
            ]
        )
        return 0
    kinds_by_name = {"cpt.zip": ("ama",), "both.zip": ("ama", "cms")}
    kinds = [kind for name in names for kind in kinds_by_name.get(name, ()) if f"--accept-cpt={kind}" not in options]
    if kinds:
        print_json(needs={"what": "cpt", "kinds": kinds, "kind": kinds[0], "sentence": "These are CPT files."})
        return 3
    sys.stdout.write("this line is no JSON\n")
    print_json(progress={"step": "ICD-10-CM", "share": 0.25})
    if "stubborn.zip" in names:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print_json(progress={"step": "will not end", "share": 0.5})
    if "slow.zip" in names or "stubborn.zip" in names:
        print_json(progress={"step": f"niceness {os.nice(0)}", "share": 0.6})
        time.sleep(60)
    if "wrong.zip" in names:
        sys.stderr.write("details for the log\n")
        print_json(error="wrong.zip, line 3: expected a code, found '????'.")
        return 2
    if "broken.zip" in names:
        sys.stderr.write("MemoryError\n")
        return 1
    print_json(progress={"step": "verifying", "share": 0.95})
    library = os.environ.get("FAKE_LIBRARY", "")
    if library:
        folder = Path(os.environ["CODARIUM_HOME"]) / "code sets"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"library-{len(list(folder.iterdir())) + 1}.db").hardlink_to(library)
    added = [f"{name}: 79,115 codes" for name in names]
    print_json(
        done={"added": added, "unread": ["readme.pdf: not a file of codes"], "unchanged": [], "library": library}
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
