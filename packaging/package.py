"""`make package`: freezes the program, archives it, and prints its size and start-up time."""

import platform
import shutil
import statistics
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import PyInstaller.__main__
from measure import start_times
from virtual_screen import missing_tools

from app import __version__

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"
WORK = DIST / ".work"
ROUNDS = 9
# Their licenses are in packaging/licenses, which their wheels leave out.
QT = {"PySide6_Essentials", "shiboken6"}
# What goes beside the executable: file in the project -> place in the folder.
BESIDE = {
    "LICENSE": "LICENSE",
    "packaging/THIRD_PARTY.md": "THIRD_PARTY.md",
    "packaging/org.codarium.Codarium.desktop": "share/applications/org.codarium.Codarium.desktop",
    "packaging/org.codarium.Codarium.metainfo.xml": "share/metainfo/org.codarium.Codarium.metainfo.xml",
    "resources/icons/codarium.svg": "share/icons/hicolor/scalable/apps/org.codarium.Codarium.svg",
}


def freeze() -> Path:
    """Freeze the program into `dist/codarium`, the returned folder; an empty window into `dist/.work/empty-window`."""
    # PyInstaller's default folder, ./build, is the database builder's.
    where = ["--distpath", str(WORK / "frozen"), "--workpath", str(WORK / "pyinstaller")]
    PyInstaller.__main__.run([str(ROOT / "packaging" / "codarium.spec"), "--noconfirm", "--log-level", "WARN", *where])
    for name, target in (("codarium", DIST / "codarium"), ("empty-window", WORK / "empty-window")):
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(WORK / "frozen" / name, target)
    folder = DIST / "codarium"
    for source, place in BESIDE.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, folder / place)
    shutil.copytree(ROOT / "packaging" / "licenses", folder / "licenses")
    for name in packages_in(folder):
        copy_licenses(name, folder / "licenses")
    return folder


def packages_in(folder: Path) -> list[str]:
    """Return the Python packages with files in the frozen folder, by the names of the registry."""
    owners = metadata.packages_distributions()
    frozen = {path.name.partition(".")[0] for path in (folder / "_internal").iterdir()}
    return sorted({owner for name in frozen for owner in owners.get(name, ())} - QT - {"codarium"}, key=str.lower)


def copy_licenses(name: str, folder: Path) -> None:
    """Copy a package's license files and, where it contains compiled libraries, its bill of materials."""
    files = metadata.files(name) or ()
    licenses = [file for file in files if "licen" in file.name.lower()]
    if not licenses:
        raise FileNotFoundError(f"the installed package {name} has no license file")
    if name.lower() not in (ROOT / "packaging" / "THIRD_PARTY.md").read_text(encoding="utf-8").lower():
        raise LookupError(f"packaging/THIRD_PARTY.md does not name {name}")
    for file in (*licenses, *(file for file in files if file.parent.name == "sboms")):
        shutil.copy(str(file.locate()), folder / f"{name}-{file.name.removeprefix(f'{name}.')}")


def archive(folder: Path) -> Path:
    """Archive the folder as `codarium-VERSION-linux-ARCH.tar.xz` beside it, without user names and in a fixed order."""
    path = DIST / f"codarium-{__version__}-linux-{platform.machine()}.tar.xz"
    reproducible = ["--sort=name", "--owner=root:0", "--group=root:0", "--numeric-owner"]
    command = ["tar", "--create", *reproducible, "--use-compress-program", "xz -T0 -6", "--file", str(path)]
    subprocess.run([*command, "--directory", str(folder.parent), folder.name], check=True)
    return path


def size_of(folder: Path) -> int:
    """Return the size of the files in a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def main() -> int:
    folder = freeze()
    archive_path = archive(folder)
    empty = WORK / "empty-window"
    print(f"{archive_path.relative_to(ROOT)}: {archive_path.stat().st_size / 1e6:.1f} MB")
    print(f"unpacked: {size_of(folder) / 1e6:.0f} MB; an empty window: {size_of(empty) / 1e6:.0f} MB")
    missing = missing_tools()
    if missing:
        print(f"The start was not measured. {missing}")
        return 0
    ours, theirs = start_times([[str(folder / "codarium")], [str(empty / "empty-window")]], ROUNDS)
    ratio = statistics.median(ours) / statistics.median(theirs)
    for name, times in (("codarium", ours), ("an empty window", theirs)):
        median, worst = statistics.median(times) * 1000, max(times) * 1000
        print(f"start to first paint, {name}: median {median:.0f} ms, worst {worst:.0f} ms of {len(times)}")
    print(f"ratio: {ratio:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
