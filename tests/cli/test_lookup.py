"""`codarium lookup`: its JSON and text, and that standard input is answered line by line."""

import json
import signal
import subprocess
from collections.abc import Iterator
from typing import IO

import pytest

from app.cli.main import main
from app.search.parsing.query import MatchKind
from tests.cli.command_line import PATIENCE, ROOT, Captured, printed, program
from tests.signals import restore_interrupts


def test_lookup_answers_in_the_agreed_form(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "e1140")
    assert answer["query"] == "e1140"
    assert isinstance(answer["elapsed_ms"], float)
    assert (answer["total"], answer["total_at_least"], answer["advice"]) == (1, False, [])
    assert answer["hits"] == [
        {
            "system": "icd10cm",
            "code": "E11.40",
            "title": "Type 2 diabetes mellitus with diabetic neuropathy, unspecified",
            "billable": True,
            "variants": 1,
            "match": {"kind": "code", "text": ""},
        }
    ]


def test_types_of_an_answer(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "fracture", "femur")
    assert answer["query"] == "fracture femur"
    assert list(answer)[:6] == ["query", "elapsed_ms", "total", "total_at_least", "hits", "advice"]
    assert isinstance(answer["total"], int)
    assert sum(answer["by_system"].values()) == answer["total"]
    assert len(answer["hits"]) == 60
    kinds = {kind.value for kind in MatchKind}
    for hit in answer["hits"]:
        assert list(hit) == ["system", "code", "title", "billable", "variants", "match"]
        assert hit["system"] in ("icd10cm", "icd10pcs")
        assert isinstance(hit["billable"], bool)
        assert hit["variants"] >= 1
        assert hit["match"]["kind"] in kinds
        assert hit["billable"] <= (hit["variants"] == 1)
    family = next(hit for hit in answer["hits"] if not hit["billable"])
    assert family["variants"] > 1


@pytest.mark.parametrize(
    ("query", "code", "kind"),
    [
        ("e11.40", "E11.40", "code"),
        ("headache", "R51", "title"),
        ("appendectomy", "0DTJ", "index"),
        ("congestive heart failure nos", "I50.9", "inclusion"),
        ("copd", "J44.9", "abbreviation"),
        ("heart attack", "I21", "everyday"),
        ("nuemonia", "J18.9", "spelling"),
        ("heart failure xylophone", "I50.9", "partial"),
    ],
)
def test_every_kind_of_match(capsys: Captured, query: str, code: str, kind: str) -> None:
    hits = printed(capsys, "lookup", "--json", query)["hits"]
    (hit,) = (hit for hit in hits if hit["code"] == code)
    assert hit["match"]["kind"] == kind


def test_limit_and_system(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "--limit", "3", "--system", "pcs", "appendix")
    assert len(answer["hits"]) == 3
    assert {hit["system"] for hit in answer["hits"]} == {"icd10pcs"}
    assert answer["total"] > 3
    same = printed(capsys, "lookup", "--system", "icd10pcs", "--json", "--limit", "3", "appendix")
    assert same["hits"] == answer["hits"]


def test_more_than_a_thousand_is_a_lower_bound(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "right")
    assert (answer["total"], answer["total_at_least"]) == (1000, True)


def test_no_match_gives_advice_and_status_1(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "qqqqq", status=1)
    assert answer["hits"] == []
    assert answer["advice"]
    assert main(["lookup", "qqqqq"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "qqqqq" in err


def test_offers_are_no_hits(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "K21.77", status=1)
    assert (answer["hits"], answer["total"], sum(answer["by_system"].values())) == ([], 0, 0)
    assert list(answer["near"][0]) == ["system", "code", "title", "billable", "variants", "match"]
    assert answer["near"][0]["code"] == "K21"
    assert main(["lookup", "K21.77"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "Near, but not what was typed:"
    assert out.splitlines()[1].startswith("K21 ")
    assert "K21.77 has the form of an ICD-10-CM code" in err


def test_answer_has_no_offers_beside_its_hits(capsys: Captured) -> None:
    assert printed(capsys, "lookup", "--json", "K21.9")["near"] == []


def test_several_codes_are_hits_in_the_order_typed(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "99285-25 J1885 x 4, K21")
    assert [(hit["system"], hit["code"], hit["typed"], hit["units"]) for hit in answer["hits"]] == [
        (None, None, "99285", None),
        ("modifier", "25", "25", None),
        ("hcpcs", "J1885", "J1885", 4),
        ("icd10cm", "K21", "K21", None),
    ]
    assert answer["advice"] == ["3 codes: 1 valid, 1 needs more characters, 1 not loaded; 1 modifier"]
    assert answer["total"] == 4 - 1
    assert main(["lookup", "99285-25 J1885 x 4, K21"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("99285     99285 has the form of a CPT code")
    assert lines[2].endswith("(valid · 4 units)")
    assert lines[4] == answer["advice"][0]


def test_several_codes_of_which_none_is_loaded_are_not_found(capsys: Captured) -> None:
    assert printed(capsys, "lookup", "--json", "99285 99291", status=1)["hits"][1]["code"] is None


def test_no_match_is_one_line(capsys: Captured) -> None:
    assert main(["lookup", "pcs: 7777"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_a_single_code_is_counted_in_the_singular(capsys: Captured) -> None:
    assert main(["lookup", "B20-B20"]) == 0
    assert "[1 code]" in capsys.readouterr().out


def test_rows_name_their_code_set_where_there_are_several(capsys: Captured) -> None:
    assert main(["lookup", "25"]) == 0
    rows = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert ["25", "Modifiers"] in rows
    assert ["25", "POS"] in rows
    assert main(["lookup", "e11.40"]) == 0
    assert "CM" not in capsys.readouterr().out


def test_lookup_as_text(capsys: Captured) -> None:
    assert main(["lookup", "--limit", "2", "fracture", "of", "femur"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("S72 ")
    assert "Fracture of femur" in lines[0]
    assert lines[-1].startswith("2 of ")


def test_lookup_counts_rows_by_code_set(capsys: Captured) -> None:
    assert main(["lookup", "--limit", "1", "right"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2] == "1 of more than 1,000"
    assert lines[-1].startswith("ICD-10-CM more than 1,000, ICD-10-PCS more than 1,000, ")
    assert main(["lookup", "--limit", "1", "fracture femur"]) == 0
    assert "ICD-10-CM" not in capsys.readouterr().out


@pytest.fixture
def stream() -> Iterator["subprocess.Popen[bytes]"]:
    command = program("lookup", "--json", "--limit", "2", "-")
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=restore_interrupts
    ) as process:
        yield process
        process.kill()


def pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout


def test_each_line_is_answered_before_the_next_is_sent(stream: "subprocess.Popen[bytes]") -> None:
    typed, answers = pipes(stream)
    for line in (b"e11.40", b"", b"  ", b"m\xc3\xa9ni\xc3\xa8re", b"\xff\xfe broken", b'"* OR (', b"qqqqq", b"- "):
        typed.write(line + b"\n")
        typed.flush()
        raw = answers.readline()
        assert raw.isascii()
        assert raw.endswith(b"\n")
        assert json.loads(raw)["query"] == line.decode(errors="replace")
    typed.close()
    assert stream.wait(PATIENCE) == 0


def test_last_line_needs_no_line_feed_and_crlf_ends_a_line(stream: "subprocess.Popen[bytes]") -> None:
    out, _ = stream.communicate(b"e11.40\r\nmeniere", timeout=PATIENCE)
    first, second = map(json.loads, out.splitlines())
    assert (first["query"], first["hits"][0]["code"]) == ("e11.40", "E11.40")
    assert second["hits"][0]["title"].startswith("Ménière")
    assert b"M\\u00e9ni\\u00e8re" in out
    assert stream.returncode == 0


def test_byte_order_mark_is_not_part_of_the_first_line(stream: "subprocess.Popen[bytes]") -> None:
    typed, answers = pipes(stream)
    typed.write(b"\xef\xbb\xbfe11.40\n")
    typed.flush()
    answer = json.loads(answers.readline())
    assert (answer["query"], answer["hits"][0]["code"]) == ("e11.40", "E11.40")


def test_empty_input_gets_no_answer(stream: "subprocess.Popen[bytes]") -> None:
    assert stream.communicate(b"", timeout=PATIENCE) == (b"", None)
    assert stream.returncode == 0


def test_closed_reader_ends_the_program(stream: "subprocess.Popen[bytes]") -> None:
    typed, answers = pipes(stream)
    typed.write(b"fracture\n")
    typed.flush()
    answers.readline()
    answers.close()
    typed.write(b"fracture\n" * 3)
    typed.close()
    assert stream.wait(PATIENCE) == 0


def test_closed_reader_causes_no_error_message() -> None:
    command = " ".join(program("lookup", "--json", "--limit", "5000", "fracture"))
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} | head -c 10"], cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.stderr == b""


def test_interrupted_by_the_keyboard(stream: "subprocess.Popen[bytes]") -> None:
    typed, answers = pipes(stream)
    typed.write(b"fracture\n")
    typed.flush()
    answers.readline()
    stream.send_signal(signal.SIGINT)
    assert stream.wait(PATIENCE) == 130
