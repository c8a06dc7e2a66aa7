"""A drug by any of its names: the supply, its poisoning, adverse effect and underdosing, or its long-term use."""

from pathlib import Path

import pytest

from app.codes.systems import System
from app.search.answer import Filters, Question
from app.search.drug_search import INTENT_OF_CONTEXT, SAYS_NOTHING, Context
from app.search.engine import Engine

LEXICON = Path(__file__).parents[2] / "resources" / "lexicon"


def codes(engine: Engine, text: str, number: int, **filters: object) -> list[str]:
    hits = engine.search(Question(text, Filters(**filters))).hits  # type: ignore[arg-type]
    return [hit.node.code for hit in hits[:number]]


@pytest.mark.parametrize(
    ("text", "code", "within"),
    [
        # The name alone: what can be supplied first.
        ("cefepime", "J0692", 1),
        ("zoledronic acid", "J3489", 1),
        ("remicade", "J1745", 1),
        ("cefepime", "T36.1X", 3),
        # No supply: long-term use and the class.
        ("xarelto", "Z79.01", 1),
        ("farxiga", "Z79.84", 1),
        ("farxiga", "T38.3X", 2),
        ("lexapro", "Z79.899", 1),
        ("lexapro", "T43.22", 2),
        # Words beside it choose the column of the Table of Drugs.
        ("ativan overdose", "T42.4X1", 1),
        ("overdose of zoloft and ambien", "T42.6X1", 2),
        ("suicide attempt with oxycontin", "T40.2X2", 1),
        ("intentional tylenol overdose", "T39.1X2", 1),
        ("lithium toxicity", "T43.591", 1),
        ("lithium toxicity", "T43.595", 2),
        ("side effect of lipitor", "T46.6X5", 1),
        ("adverse reaction to bactrim", "T36.8X5", 1),
        ("lasix underdosing", "T50.1X6", 1),
        ("noncompliant with coreg", "T44.7X6", 1),
        ("not taking synthroid", "T38.1X6", 1),
        # A therapy.
        ("on xarelto", "Z79.01", 1),
        ("taking plavix", "Z79.02", 1),
        ("long term use of fosamax", "Z79.83", 1),
        ("chronic norco use", "Z79.891", 1),
        ("current use of trulicity", "Z79.85", 1),
        ("on blood thinners", "Z79.01", 1),
        ("on arimidex", "Z79.811", 1),
        ("on yaz", "Z79.3", 1),
        # A combination has the codes of all its substances.
        ("vicodin overdose", "T40.2X1", 1),
        ("vicodin overdose", "T39.1X1", 2),
        # The disease first, and the drug beside it.
        ("copd on prednisone", "J44.9", 2),
        ("copd on prednisone", "Z79.52", 3),
        # An allergy to it is a status, by its class.
        ("allergy to keflex", "Z88.1", 1),
        ("allergic to septra", "Z88.2", 1),
        ("sulfa allergy", "Z88.2", 1),
        ("motrin allergy", "Z88.6", 1),
        ("allergy to dilaudid", "Z88.5", 1),
        ("lidocaine allergies", "Z88.4", 1),
        ("allergic to zestril", "Z88.8", 1),
        # A misspelled name, if it is certain which.
        ("predinsone", "T38.0X", 3),
        ("on warfarrin", "Z79.01", 1),
        # A name that is still being typed.
        ("xarel", "Z79.01", 1),
    ],
)
def test_drug_is_read_as_its_context_says(engine: Engine, text: str, code: str, within: int) -> None:
    assert code in codes(engine, text, within)


@pytest.mark.parametrize(
    ("text", "effect", "adverse"),
    [
        ("cephalexin rash", "L27.0", "T36.1X5"),
        ("rash due to cephalexin", "L27.0", "T36.1X5"),
        ("anaphylaxis from ceftriaxone", "T88.6", "T36.1X5"),
        ("crestor rhabdomyolysis", "M62.82", "T46.6X5"),
        ("oxycodone induced constipation", "K59.03", "T40.2X5"),
        ("nosebleed on xarelto", "R04.0", "T45.515"),
        ("hiccups due to dexamethasone", "R06.6", "T38.0X5"),
        ("enalapril cough", "R05", "T46.4X5"),
    ],
)
def test_what_a_drug_did_comes_before_its_adverse_effect(engine: Engine, text: str, effect: str, adverse: str) -> None:
    first = codes(engine, text, 4)
    assert effect in first[:2]
    assert adverse in first
    assert first.index(effect) < first.index(adverse)


@pytest.mark.parametrize(
    "text",
    [
        "enalapril cough",
        "zofran nausea",
        "zoloft for depression",
        "hives penicillin",
        "tylenol liver failure",
    ],
)
def test_only_words_for_a_poisoning_lead_to_one(engine: Engine, text: str) -> None:
    tables = [code for code in codes(engine, text, 5) if "T36" <= code[:3] <= "T50"]
    assert [code for code in tables if code[-1] in "12346"] == []


def test_disease_for_which_a_drug_is_taken_is_no_effect_of_it(engine: Engine) -> None:
    assert "T45.0X5" not in codes(engine, "zofran nausea", 10)
    assert codes(engine, "insulin dependent diabetes", 1)[0].startswith("E11")


def test_dependence_on_an_opioid_is_no_therapy(engine: Engine) -> None:
    assert codes(engine, "steroid dependent", 1) == ["Z79.52"]
    assert codes(engine, "opioid dependent", 1)[0].startswith("F11.2")


def test_rows_for_other_drugs_of_the_class_come_last(engine: Engine) -> None:
    rows = codes(engine, "gabapentin", 10)
    others = [place for place, code in enumerate(rows) if code.startswith("T42.7")]
    assert all(place > rows.index("T42.6X") for place in others)
    assert codes(engine, "diabetes on insulin", 3)[-1] == "Z79.4"


def test_name_with_a_vowel_more_is_another_name(engine: Engine) -> None:
    answer = engine.search(Question("topirol"))
    assert answer.hits == ()
    assert answer.suggestions or "toprol" in " ".join(answer.advice)


def test_every_context_is_known() -> None:
    lines = (LEXICON / "drug_contexts.tsv").read_text(encoding="utf-8").splitlines()
    names = {line.split("\t")[1] for line in lines if not line.startswith("#")}
    known = {context.value for context in Context} | {*INTENT_OF_CONTEXT, *SAYS_NOTHING}
    assert names <= known - {"bare", "effect of its correct use"}


def test_reason_says_what_the_drug_is(engine: Engine) -> None:
    assert engine.search(Question("eliquis")).hits[0].reason == "drug: Eliquis = apixaban, anticoagulant"
    assert engine.search(Question("apixaban")).hits[0].reason == "drug: apixaban, anticoagulant"


@pytest.mark.parametrize("text", ["allergy to amoxicillin", "penicillin allergy"])
def test_allergy_is_a_status_and_no_adverse_effect(engine: Engine, text: str) -> None:
    assert codes(engine, text, 1) == ["Z88.0"]


def test_use_of_what_is_also_abused_is_a_disorder_unless_it_is_chronic(engine: Engine) -> None:
    assert codes(engine, "opioid use", 1)[0].startswith("F11.9")
    assert codes(engine, "chronic opioid use", 1) == ["Z79.891"]


def test_drug_of_abuse_alone_is_no_poisoning(engine: Engine) -> None:
    assert not codes(engine, "marijuana", 1)[0].startswith("T")


def test_drug_as_one_word_of_many_leaves_the_rows_to_the_others(engine: Engine) -> None:
    assert codes(engine, "insulin pump", 2) == ["Z96.41", "E0784"]
    assert "O02.1" in codes(engine, "missed abortion methotrexate", 1)


def test_filters_and_scopes_hold_for_drugs(engine: Engine) -> None:
    assert codes(engine, "hcpcs: cefepime", 1) == ["J0692"]
    assert not {code[0] for code in codes(engine, "cm: cefepime", 10)} & {"J"}
    assert codes(engine, "cefepime", 2, systems=frozenset({System.ICD10CM})) == ["Z79.2", "T36.1X"]
    valid = engine.search(Question("xarelto", Filters(valid_only=True))).hits
    assert all(hit.node.billable or hit.node.is_family for hit in valid)


def test_text_that_is_searched_as_typed_is_no_drug(engine: Engine) -> None:
    assert engine.search(Question("xarelto", as_typed=True)).hits == ()


def test_names_of_drugs_are_not_corrected(engine: Engine) -> None:
    for text in ("eliquis", "jardiance", "xanax", "ozempic", "duloxetine", "entresto overdose"):
        assert not [hit.reason for hit in engine.search(Question(text)).hits if "spelling:" in hit.reason], text


def test_drug_without_supply_says_so(engine: Engine) -> None:
    answer = engine.search(Question("xarelto"))
    assert (
        "No supply code for Xarelto is loaded. These rows are for its long-term use and its poisoning." in answer.advice
    )
    assert not any("No match" in sentence for sentence in answer.advice)
    assert not any("supply" in sentence for sentence in engine.search(Question("xarelto overdose")).advice)


def test_beginning_of_a_name_leaves_room_for_a_misspelling(engine: Engine) -> None:
    # Asmanex, or asthma by its sound.
    codes_of_rows = codes(engine, "asma", 3)
    assert codes_of_rows[0] == "Z79.51"
    assert "J45" in codes_of_rows


@pytest.mark.parametrize("text", ["losapine", "zyrtan"])
def test_name_of_another_sound_is_no_misspelled_drug(engine: Engine, text: str) -> None:
    assert not any(hit.reason.startswith("drug:") for hit in engine.search(Question(text)).hits)
