"""A row of the lexicon without effect is refused, by file and line."""

from pathlib import Path

import pytest

from app.library.compiling.lexicon_tables import SMALL_TABLES, read_lexicon
from app.library.procedure_words import PROCEDURE_TABLES, Alternatives, ProcedurePhrase, ProcedureWords
from app.releases.errors import ReleaseError


def lexicon(folder: Path, **rows: str) -> Path:
    tables = {"abbreviations": "c diff\tcolitis\t-\n", "everyday": "", "names": "", "families": ""}
    others = ("weak", "spelling", "drugs", *SMALL_TABLES, *PROCEDURE_TABLES)
    for name, table in {**tables, **dict.fromkeys(others, ""), **rows}.items():
        (folder / f"{name}.tsv").write_text(f"# a comment\n{table}", encoding="utf-8")
    return folder


def test_rows_of_every_table_are_read(tmp_path: Path) -> None:
    tables = read_lexicon(
        lexicon(
            tmp_path,
            everyday="boil\tfuruncle\t-\n",
            names="hansen\tleprosy\t-\n",
            families="vein\tvenous\tboth\n",
        )
    )
    assert [" ".join(meaning.words) for meaning in tables.meanings] == [
        "colitis",
        "furuncle",
        "leprosy",
        "venous",
        "vein",
    ]


def test_a_phrase_keeps_its_spelling_and_the_note_of_its_row(tmp_path: Path) -> None:
    tables = read_lexicon(
        lexicon(tmp_path, everyday="age spots\tkeratosis\tof the skin\n", families="vein\tvenous\tboth\n")
    )
    meanings = [(meaning.phrase[0], meaning.typed, meaning.note) for meaning in tables.meanings]
    assert meanings == [
        ("c", "c diff", ""),
        ("age", "age spots", "of the skin"),
        ("vein", "vein", ""),
        ("venous", "venous", ""),
    ]


def test_words_for_procedures_are_read_back_with_folded_cells(tmp_path: Path) -> None:
    tables = read_lexicon(
        lexicon(
            tmp_path,
            operation_suffixes="pexy\treposition; repair\tfixing in place\n",
            combining_forms="arthr\t(joints)\n",
            procedure_words="biopsy\t(excision)\t-\tdiagnostic + open\ndenied\tnone\t-\t-\n",
        )
    )
    words = ProcedureWords(*(map("\t".join, tables.packed[name]) for name in PROCEDURE_TABLES))
    assert words.operations("pexy") == Alternatives((("reposition",), ("repair",)))
    assert words.body_parts("arthr") == Alternatives((("joint",),), in_parentheses=True)
    assert words.meaning("biopsy") == ProcedurePhrase(
        Alternatives((("excision",),), in_parentheses=True), details=(("diagnostic",), ("open",))
    )
    assert words.meaning("denied") == ProcedurePhrase(denies=True)
    assert words.meaning("biops") is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"everyday": "bunions\tbunion\t-\n"}, "everyday.tsv, line 2: 'bunion' is the same as the phrase"),
        (
            {"everyday": "c-diff\tcolitis\t-\n"},
            "everyday.tsv, line 2: 'colitis' is already a meaning of the phrase in abbreviations.tsv",
        ),
        (
            {"everyday": "boil\tfuruncle\t-\n", "names": "boils\tfuruncles\t-\n"},
            "names.tsv, line 2: 'furuncles' is already a meaning of the phrase in everyday.tsv",
        ),
        (
            {"everyday": "vein\tvenous\t-\n", "families": "venous\tveins\tboth\n"},
            "families.tsv, line 2: 'venous' is already a meaning of the phrase",
        ),
        ({"everyday": "+\tplus\t-\n"}, "everyday.tsv, line 2: a phrase and a meaning with letters"),
        ({"everyday": "boil\tfuruncle\n"}, "everyday.tsv, line 2: expected 3 columns, found 2"),
        (
            {"procedure_words": "stent\tdilation; dilations\t-\t-\n"},
            "procedure_words.tsv, line 2: expected different words",
        ),
    ],
)
def test_a_row_without_effect_is_refused(tmp_path: Path, rows: dict[str, str], message: str) -> None:
    with pytest.raises(ReleaseError) as raised:
        read_lexicon(lexicon(tmp_path, **rows))
    assert str(raised.value).startswith(message)
