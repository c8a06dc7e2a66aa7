"""Run as a program: says what `codarium add`, `remove` and `fetch` say with --json, as the names of the files ask for.

The library that it makes is the file that PRETENDED_LIBRARY names. Files: `slow` takes for ever, `stubborn` besides
does not end when asked to, `cpt` and `both` need the user's consent, `wrong` cannot be read, `broken` ends without
a word.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path


def say(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    rest = arguments[1:]
    names = [Path(argument).name for argument in rest if not argument.startswith("--")]
    if "--plan" in rest:
        sizes = (12_400_000, 310_000, None)
        say(
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
    wanted = {"cpt.zip": ("ama",), "both.zip": ("ama", "cms")}
    kinds = [kind for name in names for kind in wanted.get(name, ()) if f"--accept-cpt={kind}" not in rest]
    if kinds:
        say(needs={"what": "cpt", "kinds": kinds, "kind": kinds[0], "sentence": "These are CPT files."})
        return 3
    sys.stdout.write("this line is no JSON\n")
    say(progress={"step": "ICD-10-CM", "share": 0.25})
    if "stubborn.zip" in names:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        say(progress={"step": "will not end", "share": 0.5})
    if "slow.zip" in names or "stubborn.zip" in names:
        say(progress={"step": f"niceness {os.nice(0)}", "share": 0.6})
        time.sleep(60)
    if "wrong.zip" in names:
        sys.stderr.write("details for the log\n")
        say(error="wrong.zip, line 3: expected a code, found '????'.")
        return 2
    if "broken.zip" in names:
        sys.stderr.write("MemoryError\n")
        return 1
    say(progress={"step": "verifying", "share": 0.95})
    made = os.environ.get("PRETENDED_LIBRARY", "")
    if made:
        folder = Path(os.environ["CODARIUM_HOME"]) / "code sets"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"library-{len(list(folder.iterdir())) + 1}.db").hardlink_to(made)
    added = [f"{name}: 79,115 codes" for name in names]
    say(done={"added": added, "unread": ["readme.pdf: not a file of codes"], "unchanged": [], "library": made})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
