"""Kills, and calls that fail, where a file is changed: everything or nothing is done, and nothing is lost.

`make torture` interrupts each scenario at every rename, deletion and flush and at up to 80 writes, this test at a few
of each kind.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.intake.conftest import ROOT
from tests.intake.download.publisher import Publisher, ServedFile, serving
from tests.intake.made_up_releases import CM, cm_order
from tests.intake.torture.scenarios import NAMES

MOST = int(os.environ.get("CODARIUM_TORTURE", "4"))
"""How many steps of each kind are interrupted at the most; some kinds are given a part of that."""

ZIP = "2032-code-descriptions-tabular-order.zip"


@pytest.fixture(scope="session")
def interposer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and a C compiler, to be called before the C library is")
    library = tmp_path_factory.mktemp("interposer") / "interpose.so"
    source = Path(__file__).with_name("interpose.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source, "-ldl"], check=True)
    return library


def checkout_that_fetches_from(publisher: Publisher, bundled: Path, folder: Path) -> Path:
    """A checkout whose table of addresses has this machine's only."""
    resources = folder / "resources"
    shutil.copytree(bundled.parent / "tables", resources / "tables")
    (resources / "lexicon").symlink_to((bundled.parent / "lexicon").resolve())
    (resources / "codes.db").symlink_to(bundled)
    (folder / "app").symlink_to(ROOT / "app")
    row = ("codes", "icd10cm", "ICD-10-CM codes", f"{publisher.root}/{ZIP}", "once", "0.1", "none", "2024-10-01")
    (resources / "tables" / "downloads.tsv").write_text("\t".join((*row, f"{publisher.root}/page")) + "\n")
    return folder


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    """A publisher with an order file, of which the program learns by its table of addresses."""
    server = Publisher()
    served = cm_order(tmp_path / "published", 2032, {**CM, "A02": "Green fever"})
    server.answers[f"/{ZIP}"] = ServedFile(served.read_bytes())
    with serving(server):
        yield server


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_interrupted(
    name: str,
    interposer: Path,
    bundled: Path,
    tmp_path: Path,
    publisher: Publisher,
    record_property: Callable[[str, object], None],
) -> None:
    checkout = checkout_that_fetches_from(publisher, bundled, tmp_path / "checkout")
    environment = {**os.environ, "LD_PRELOAD": str(interposer), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.intake.torture.interrupt", str(tmp_path), name, str(MOST)]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    record_property("torture", result["figures"])
    assert result["wrong"] == []
    for way, figures in result["figures"].items():
        if way.startswith("kills"):
            assert figures["ended"] == figures["interrupted"] > 0, way
