"""`lookup --explain` tells how a text was read and which figures put the rows in order, and they are the real ones."""

import json
import math
from collections import Counter

import pytest

from app.cli.main import main
from app.library.entries import EntryKind
from app.library.open import Library
from app.search.answer import Answer, Explained, Question, RowFigures
from app.search.engine import Engine
from app.search.matching.tiers import Tier
from app.search.parsing.query import MatchKind

Captured = pytest.CaptureFixture[str]

TEXTS = (
    "heart attack",
    "fracture femur",
    "colles fx right initial",
    "appendectomy",
    "lap chole",
    "haemorrhage brain",
    "nuemonia",
    "diabetes qqqz",
    "resection appendix percutaneous endoscopic",
    '"with coma" diabetes',
    "diabetes -pregnancy",
    "dm2 neurop",
    "e11",
    "e11.40",
    "25",
    "ms",
    "walker",
    "pcs: hip",
    "dementia in other diseases",
    "of the",
    "b",
    "",
    "zzqq",
)
"""Every way in which rows are found: by code, words, lexicon, spelling, variants, some of the words, not at all."""


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    return Engine(library.connect())


def explained(engine: Engine, text: str) -> tuple[Answer, Explained]:
    answer = engine.search(Question(text, explain=True))
    assert answer.explained is not None
    return answer, answer.explained


def figures(engine: Engine, text: str) -> dict[str, RowFigures]:
    """The figures of the rows that were found by words, by their codes."""
    answer, explanation = explained(engine, text)
    fields = {hit.node.code: explanation.figures(hit) for hit in answer.hits}
    return {code: row for code, row in fields.items() if row is not None}


def printed(capsys: Captured, *arguments: str) -> str:
    assert main(["lookup", "--explain", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("text", TEXTS)
def test_rows_are_those_of_the_search_that_is_not_explained(engine: Engine, text: str) -> None:
    plain = engine.search(Question(text))
    answer, explanation = explained(engine, text)
    assert plain.explained is None
    assert answer.hits == plain.hits
    assert (answer.total, answer.by_system, answer.advice) == (plain.total, plain.by_system, plain.advice)
    for hit in answer.hits:
        # Every hit has figures, was found by its code or a name of ours, or is a heading offered beside the others.
        assert (
            explanation.figures(hit)
            or hit.kind in (MatchKind.CODE, MatchKind.EVERYDAY)
            or hit.uncounted
            or hit.reason.startswith("where ")
        ), hit


@pytest.mark.parametrize("text", TEXTS)
def test_figures_reproduce_the_order_of_the_rows(engine: Engine, text: str) -> None:
    rows = figures(engine, text)
    before: tuple[int, float, int] | None = None
    for code, row in rows.items():
        product = row.text * math.prod(factor for _, factor in row.factors)
        assert (product + row.agreement) * row.ended == pytest.approx(row.worth), code
        # A factor without a name is one that this page forgets to tell of.
        assert "other" not in dict(row.factors), code
        assert 0.0 <= row.coverage <= 1.0
        assert row.text <= row.held_share <= 1.0
        place = (Tier[row.tier.upper()], -row.worth, row.order)
        assert before is None or before <= place, code
        before = None if row.before else place


def test_every_factor_of_the_order_is_reported(engine: Engine) -> None:
    fields: Counter[str] = Counter()
    for text in TEXTS:
        for row in figures(engine, text).values():
            fields.update(name for name, _ in row.factors)
            fields.update(name for name in ("agreement", "before", "missing", "variant_of") if getattr(row, name))
    assert {"kind", "code set", "lacks words", "agreement", "before", "missing", "variant_of"} <= fields.keys()


def test_each_slot_has_its_readings(engine: Engine) -> None:
    _, explanation = explained(engine, "colles fx right")
    assert [part.typed for part in explanation.slots] == ["colles", "fx", "right"]
    fracture = explanation.slots[1].readings[1]
    assert (fracture.words, fracture.kind) == ("fracture", MatchKind.ABBREVIATION)
    assert 0.9 < fracture.quality < 1.0
    assert explanation.slots[0].weight > explanation.slots[2].weight


def test_corrected_spelling_is_among_the_readings(engine: Engine) -> None:
    answer, explanation = explained(engine, "nuemonia")
    assert ("pneumonia", MatchKind.SPELLING) in [(by.words, by.kind) for by in explanation.slots[0].readings]
    row = explanation.figures(answer.hits[0])
    assert row is not None
    assert (row.tier, row.read_by) == ("words", ("pneumonia",))
    assert answer.hits[0].kind is MatchKind.SPELLING


def test_quoted_and_excluded_words_are_reported(engine: Engine) -> None:
    _, explanation = explained(engine, '"with coma" diabetes -pregnancy')
    assert (explanation.phrases, explanation.without) == (("with coma",), ("pregnancy",))


def test_heading_names_the_detail_it_was_put_before(engine: Engine) -> None:
    rows = figures(engine, "stroke")
    heading = rows["I63"]
    assert heading.before in rows
    assert heading.before.startswith("I63.")
    assert rows[heading.before].worth > heading.worth


def test_missing_words_are_named(engine: Engine) -> None:
    rows = figures(engine, "diabetes qqqz")
    assert all(row.missing == ("qqqz",) and row.tier == "nearly" for row in rows.values())


def test_variant_has_the_figures_of_its_family(engine: Engine) -> None:
    rows = figures(engine, "resection appendix percutaneous endoscopic")
    assert rows["0DTJ4ZZ"].variant_of == "0DTJ"
    assert rows["0DTJ4ZZ"].worth == rows["0DTJ"].worth


def test_hit_found_by_its_code_has_no_figures(engine: Engine) -> None:
    answer, explanation = explained(engine, "e11.40")
    assert [hit.node.code for hit in answer.hits] == ["E11.40"]
    assert explanation.figures(answer.hits[0]) is None


def test_text_is_aligned_and_has_ten_rows(capsys: Captured) -> None:
    out = printed(capsys, "stroke").splitlines()
    assert out[0] == "How the text was read"
    assert "cerebral infarction (everyday ×0.92)" in out[1]
    head = next(line for line in out if line.split()[:2] == ["#", "code"])
    rows = [
        line for line in out if line.strip().partition(" ")[0].isdigit() and len(line.split()) > 5 and line[2:4].strip()
    ]
    assert [int(row.split()[0]) for row in rows[:10]] == list(range(1, 11))
    ends = head.index("worth") + len("worth")
    for row in rows[:10]:
        number = float(row[:ends].split()[-1])
        assert 0.0 < number <= 1.1
        assert row[ends] == " "
    assert "a heading, put before its detail I63.9" in "\n".join(out)
    assert [line.partition(" of ")[0] for line in out if " of " in line][-1] == "10"


def test_heading_offered_beside_the_hits_is_marked(engine: Engine, capsys: Captured) -> None:
    answer, explanation = explained(engine, '"with coma" diabetes')
    [(place, heading)] = [(place, hit) for place, hit in enumerate(answer.hits) if hit.uncounted]
    assert explanation.figures(heading) is None
    fields = json.loads(printed(capsys, "--json", '"with coma"', "diabetes"))["hits"][place]
    assert (fields["code"], fields["explain"]) == (heading.node.code, {"tier": "beside"})
    [line] = [line for line in printed(capsys, '"with coma"', "diabetes").splitlines() if " beside " in line]
    assert line.split() == [str(place + 1), heading.node.code, "beside", *heading.reason.split()]
    assert heading.reason == f"parent of {answer.hits[0].node.code}"


def test_heading_found_further_down_leaves_the_figures_of_others(engine: Engine) -> None:
    answer, explanation = explained(engine, "epilepsy")
    [heading] = [hit for hit in answer.hits if hit.uncounted]
    assert heading.node.id in explanation.by_node, "no longer found by itself: another text is needed here"
    assert explanation.figures(heading) is None
    for hit in answer.hits:
        row = explanation.figures(hit)
        if row is not None and row.entry_kind is EntryKind.TITLE and not row.variant_of:
            assert row.entry_text.casefold() == hit.node.title.casefold()


def test_corrected_word_is_not_marked_as_typed(capsys: Captured) -> None:
    out = printed(capsys, "nuemonia")
    assert "pneumonia… (spelling)" in out
    assert "found nuemonia by pneumonia" in out
    assert "as typed" not in out


def test_order_is_that_of_the_window_for_any_limit(capsys: Captured) -> None:
    assert "  1  I63 " in printed(capsys, "--limit", "1", "stroke")


def test_json_carries_the_figures_as_added_fields(capsys: Captured) -> None:
    answer = json.loads(printed(capsys, "--json", "colles", "fx", "right"))
    assert len(answer["hits"]) == 10
    assert [slot["typed"] for slot in answer["explain"]["slots"]] == ["colles", "fx", "right"]
    hit = answer["hits"][0]
    assert list(hit)[-2:] == ["match", "explain"]
    fields = hit["explain"]
    assert fields["tier"] in {tier.name.lower() for tier in Tier}
    product = fields["text"] * math.prod(fields["factors"].values()) + fields["agreement"]
    assert product * fields["ended"] == pytest.approx(fields["worth"])
    assert fields["read_by"][1] == "fracture"


def test_json_of_a_code_has_the_tier_code(capsys: Captured) -> None:
    answer = json.loads(printed(capsys, "--json", "e11.40"))
    assert answer["hits"][0]["explain"] == {"tier": "code"}


def test_without_the_option_no_field_is_added(capsys: Captured) -> None:
    assert main(["lookup", "--json", "chf"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert "explain" not in answer
    assert all("explain" not in hit for hit in answer["hits"])


def test_text_without_a_match_is_explained_too(capsys: Captured) -> None:
    assert main(["lookup", "--explain", "zzqq"]) == 1
    out, err = capsys.readouterr()
    assert "zzqq… (as typed)" in out
    assert "zzqq" in err
