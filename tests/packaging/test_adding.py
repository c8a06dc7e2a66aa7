"""Official files are added and taken away by the packaged executable alone, for a person with an awkward home."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.intake import made_up_releases as files
from tests.official import official
from tests.packaging.conftest import AWKWARD

PATIENCE = 300
"""Seconds; an Index makes all of ICD-10-CM anew."""

OFFLINE = {"HTTPS_PROXY": "http://127.0.0.1:9"}
"""Nobody listens there, so that nothing is reached, and no name is looked up."""

RIDES = {"A0101": "Ride in a made-up cab", "A0102": "Ride in a made-up sledge"}


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody with the executable and a home, and nothing else in the environment."""

    codarium: str
    home: Path

    @property
    def folder(self) -> Path:
        """Where their library goes."""
        return self.home / ".local" / "share" / "codarium" / "code sets"

    def start(self, *arguments: str | Path, **more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [self.codarium, *map(str, arguments)],
            env={"HOME": str(self.home), **OFFLINE, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def ask(self, command: str, *arguments: str | Path) -> tuple[int, dict[str, Any]]:
        """The exit status of a command with --json, and the last thing it said."""
        with self.start(command, "--json", *arguments) as process:
            said, errors = process.communicate(timeout=PATIENCE)
        # One sentence at most, for whoever reads no JSON.
        assert len(errors.splitlines()) <= (process.returncode == 1)
        return process.returncode, json.loads(said.splitlines()[-1]) if said else {}

    def change(self, command: str, *arguments: str | Path) -> dict[str, list[str]]:
        """What has come of a command that changes the library; it must go well."""
        status, said = self.ask(command, *arguments)
        assert status == 0, said
        return said["done"]

    def title(self, system: str, code: str) -> str:
        """The title of a code, empty where it is not found."""
        return self.ask("show", "--system", system, code)[1].get("title", "")

    def kept(self) -> dict[str, bytes]:
        """Every file that is theirs, locks and what is unfinished left out."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        places = {path.relative_to(self.folder): path for path in found}
        return {
            str(place): path.read_bytes()
            for place, path in places.items()
            if not any(part.startswith(".") for part in place.parts)
        }


@pytest.fixture
def stranger(codarium: str, tmp_path: Path) -> Stranger:
    home = tmp_path / AWKWARD
    home.mkdir()
    return Stranger(codarium, home)


@pytest.mark.slow
def test_a_real_hcpcs_file(stranger: Stranger) -> None:
    given = official("hcpcs", "october-2025-alpha-numeric-hcpcs-file.zip")
    bundled, sets = stranger.title("hcpcs", "A0021"), stranger.ask("sets")
    done = stranger.change("add", given)
    # The executable that is given out has it already.
    assert done["added"] or done["unchanged"]
    assert stranger.title("hcpcs", "A0021").startswith("Ambulance service, outside state")
    _, answer = stranger.ask("lookup", "--system", "hcpcs", "A0021")
    assert answer["hits"][0]["code"] == "A0021"
    assert [kept for kept in stranger.kept() if kept.startswith("files")] == [f"files/{given.name}"]
    stranger.change("remove", "hcpcs")
    assert stranger.title("hcpcs", "A0021") == bundled
    assert stranger.ask("sets") == sets


@pytest.mark.slow
def test_cpt_only_for_who_accepts_its_terms_and_no_trace_of_it_is_left(stranger: Stranger, tmp_path: Path) -> None:
    given = files.cpt_long(tmp_path / "files")
    status, said = stranger.ask("add", given)
    assert (status, said["needs"]["what"]) == (3, "cpt")
    assert stranger.kept() == {}
    stranger.change("add", "--accept-cpt", given)
    assert stranger.title("cpt", "00001") == files.CPT_DESCRIPTORS[0]
    assert any(files.CPT_DESCRIPTORS[0].encode() in content for content in stranger.kept().values())
    stranger.change("remove", "cpt")
    assert stranger.title("cpt", "00001") == ""
    assert not any(b"zymurgy" in path.read_bytes() for path in stranger.home.rglob("*") if path.is_file())


@pytest.mark.slow
def test_xml_and_the_tables_of_pairs(stranger: Stranger, tmp_path: Path) -> None:
    done = stranger.change(
        "add", "--accept-cpt", files.cm_index(tmp_path, 2031, {"Fever, made-up": "A01.00"}), files.ptp(tmp_path, 2)
    )
    assert len(done["added"]) == 2
    assert "edits.db" in stranger.kept()
    _, answer = stranger.ask("lookup", "--system", "icd10cm", "made-up fever")
    assert answer["hits"][0]["code"] == "A01.00"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base's
        """Says nothing."""


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An address on this machine, and the folder that is served there."""
    folder = tmp_path / "published"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_fetches_from_the_address_that_the_person_wrote_down(stranger: Stranger, publisher: tuple[str, Path]) -> None:
    root, folder = publisher
    # Later than any that a bundle may hold.
    published = files.hcpcs(folder, 2040, RIDES)
    stranger.folder.parent.mkdir(parents=True)
    row = ["hcpcs", "-", "-", f"{root}/{published.name}", "quarter", "-", "-", "-", "-"]
    (stranger.folder.parent / "downloads.tsv").write_text("\t".join(row) + "\n", encoding="utf-8")
    status, said = stranger.ask("fetch", "--plan", "hcpcs")
    assert (status, said["plan"][0]["bytes"]) == (0, published.stat().st_size)
    assert stranger.kept() == {}
    stranger.change("fetch", "hcpcs")
    assert stranger.title("hcpcs", "A0102") == RIDES["A0102"]


@pytest.mark.slow
def test_without_a_network_fetching_is_one_sentence(stranger: Stranger) -> None:
    with stranger.start("fetch", "hcpcs") as process:
        said, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (2, "")
    told = [line for line in errors.splitlines() if line.startswith("codarium:")]
    assert len(told) == 1
    assert "whether this computer is online" in told[0]
    assert "Traceback" not in errors
    assert stranger.kept() == {}


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.25, 0.9])
def test_killed_half_way_the_library_is_as_it_was(stranger: Stranger, tmp_path: Path, share: float) -> None:
    stranger.change("add", "--accept-cpt", files.cpt_long(tmp_path / "files"))
    before, sets = stranger.kept(), stranger.ask("sets")
    given = files.hcpcs(tmp_path, 2040, RIDES)
    with stranger.start("add", "--json", given) as process:
        assert process.stdout
        for line in process.stdout:
            if json.loads(line)["progress"]["share"] >= share:
                break
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert stranger.kept() == before
    assert stranger.ask("sets") == sets
    stranger.change("add", given)
    assert stranger.title("hcpcs", "A0102") == RIDES["A0102"]
    assert [path.name for path in stranger.folder.rglob(".*")] == [".lock"]


def test_where_nothing_can_be_written_nothing_is_added(stranger: Stranger, tmp_path: Path) -> None:
    with stranger.start("add", files.hcpcs(tmp_path, 2040, RIDES), HOME="/dev/null/home") as process:
        said, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (2, "")
    assert errors == "codarium: Your Codarium folder cannot be written to, so nothing can be added.\n"
