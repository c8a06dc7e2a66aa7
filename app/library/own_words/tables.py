"""All of Codarium's own texts on code sets, read from the tables under resources/tables."""

from dataclasses import dataclass
from pathlib import Path

from app.library.own_words.cpt import (
    CptExample,
    CptLesson,
    CptOutline,
    read_cpt_examples,
    read_cpt_lessons,
    read_cpt_sections,
)
from app.library.own_words.fee_schedule_fields import FeeScheduleFields, read_fee_schedule_fields
from app.library.own_words.hcpcs import HcpcsSection, StarterCode, read_hcpcs_sections, read_hcpcs_starter
from app.library.own_words.hcpcs_fields import HcpcsFields, read_hcpcs_fields
from app.library.own_words.index_corrections import IndexCorrection, read_index_corrections
from app.library.own_words.modifiers import OwnModifier, read_modifiers
from app.library.own_words.pcs import PcsSection, read_pcs_sections
from app.library.own_words.places import PlaceOfService, read_places


@dataclass(frozen=True, slots=True)
class OwnTables:
    """The tables, each in the order of its file."""

    hcpcs_sections: tuple[HcpcsSection, ...]
    hcpcs_starter: tuple[StarterCode, ...]
    hcpcs_fields: HcpcsFields
    fee_fields: FeeScheduleFields
    modifiers: tuple[OwnModifier, ...]
    places: tuple[PlaceOfService, ...]
    cpt: CptOutline
    examples: tuple[CptExample, ...]
    lessons: tuple[CptLesson, ...]
    pcs_sections: tuple[PcsSection, ...]
    index_corrections: tuple[IndexCorrection, ...]


def read_own_tables(folder: Path) -> OwnTables:
    """Read the tables of a folder. Raises ReleaseError, naming file and line, for a wrong row."""
    return OwnTables(
        hcpcs_sections=read_hcpcs_sections(folder / "hcpcs_sections.tsv"),
        hcpcs_starter=read_hcpcs_starter(folder / "hcpcs_starter.tsv"),
        hcpcs_fields=read_hcpcs_fields(folder),
        fee_fields=read_fee_schedule_fields(folder),
        modifiers=read_modifiers(folder / "modifiers.tsv"),
        places=read_places(folder / "places_of_service.tsv"),
        cpt=read_cpt_sections(folder / "cpt_sections.tsv"),
        examples=read_cpt_examples(folder / "cpt_examples.tsv"),
        lessons=read_cpt_lessons(folder / "cpt_lessons.tsv"),
        pcs_sections=read_pcs_sections(folder / "pcs_sections.tsv"),
        index_corrections=read_index_corrections(folder / "index_corrections.tsv"),
    )
