"""Releases added one by one in any order give the same library as all of them added at once."""

from pathlib import Path
from random import Random

import pytest

from app.intake.add import add_files
from app.intake.apply import remake
from tests.intake import made_up_releases as files
from tests.intake.conftest import contents_of, differing
from tests.intake.made_up_releases import CM, PCS

TITLES = ("Blue fever", "Red fever", "Red fever, old")
CODES = ("A000", "A001", "A010", "A011", "A018", "A02", "A030")


def completed(codes: dict[str, str], year: int) -> dict[str, str]:
    """Return the codes with their headings, and with codes of their year alone: no two years are exactly alike."""
    headings = {code[:3]: f"Fever {code[:3]}" for code in codes}
    return {**headings, **codes, f"A0{year % 10}": f"Fever of {year}", f"A0{year % 10}1": "Fever of a year"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_order_files_in_any_order(seed: int, bundled: Path, tmp_path: Path) -> None:
    generator = Random(seed)
    paths: list[Path] = []
    for year in generator.sample(range(2029, 2035), 3):
        codes = {code: generator.choice(TITLES) for code in generator.sample(CODES, generator.randint(3, 6))}
        paths.append(files.cm_order(tmp_path, year, completed(codes, year)))
    together = contents_of(add_files(paths, tmp_path / "together", bundled).library)
    generator.shuffle(paths)
    library = bundled
    for path in paths:
        library = add_files([path], tmp_path / "home", bundled).library
    assert not differing(contents_of(library), together)
    for path in paths:
        assert not add_files([path], tmp_path / "home", bundled).added


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_some_releases_of_every_kind_in_any_order(seed: int, bundled: Path, tmp_path: Path) -> None:
    generator = Random(seed)
    with_ended_code = {**PCS, "0TT00ZZ": "Made-up work that has ended"}
    groups = [
        [files.pcs_tables(tmp_path, 2031, with_ended_code), files.pcs_order(tmp_path, 2031, with_ended_code)],
        [files.pcs_tables(tmp_path, 2032), files.pcs_order(tmp_path, 2032)],
        [files.hcpcs(tmp_path, 2028, {"A0101": "Ride", "A0103": "Ride on a horse"})],
        [files.hcpcs(tmp_path, 2029, {"A0101": "Ride in a cab"})],
        [files.hcpcs(tmp_path, 2030, {"A0101": "Ride", "J0001": "Potion"})],
        [files.cm_order(tmp_path, 2032, {**CM, "A019": "Pink fever"}, before=CM)],
        [files.cm_tabular(tmp_path, 2033, {**CM, "A02": "Green fever"})],
        [files.cm_index(tmp_path, 2032, {"Fever": "A00.0"})],
        [files.gems(tmp_path)],
        [files.cpt_long(tmp_path), files.cpt_modifiers(tmp_path)],
        [files.cpt_medium(tmp_path)],
    ]
    chosen = generator.sample(groups, generator.randint(4, len(groups)))
    together = [path for group in chosen for path in group]
    expected = contents_of(add_files(together, tmp_path / "together", bundled, accepted=True).library)
    for number in range(2):
        generator.shuffle(chosen)
        library = bundled
        for group in chosen:
            library = add_files(group, tmp_path / str(number), bundled, accepted=True).library
        assert not differing(contents_of(library), expected), [path.name for group in chosen for path in group]
        assert not differing(contents_of(remake(tmp_path / str(number), bundled).library), expected)
