"""Which modifiers go with a code of HCPCS or CPT: by its section, its number, and what its title speaks of."""

import sqlite3

from app.codes.node import Level, Node
from app.codes.systems import System
from app.library.reading.node_rows import NodeRows

MOST_MODIFIERS = 60
"""Rows that a person may want to look through."""

SIGNS = {
    "behavioral": ("mental", "behavio", "psych", "alcohol"),
    "coronary": ("coronary",),
    "dialysis": ("dialysis",),
    "eyelids": ("eyelid", "blepharo", "canthus"),
    "feet": ("foot", "feet", "toe", "podiatr"),
    "fingers": ("finger", "hand", "thumb"),
    "homeinfusion": ("home infusion",),
    "mammography": ("mammogra",),
    "nutrition": ("enteral", "parenteral nutrition"),
    "oxygen": ("oxygen",),
    "preventive": ("screening", "check-up", "prevent"),
    "sides": ("",),
    "telehealth": ("visit", "telehealth", "consult", "counsel"),
    "therapy": ("physical therap", "occupational therap", "speech", "rehabilitation"),
    "toes": ("toe", "foot"),
    "vaccines": ("vaccin", "immuni"),
    "vision": ("lens", "glasses", "vision"),
    "wounds": ("wound", "dressing"),
}
"""Words in a title that speak for a kind of modifier; a side may be said of any part of the body."""

LEG, INHALED = "artificial leg", "inhaled drug"
"""Kinds of codes that no column of the table of modifiers tells."""

RANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "ambulance": (("A0021", "A0999"), ("S0207", "S0215"), ("T2001", "T2007"), ("T2049", "T2049")),
    "behavioral": (("90785", "90899"), ("G0017", "G0018"), ("G0409", "G0411"), ("G2067", "G2080"), ("H0001", "H2037"),
                    ("S9470", "S9485"), ("T1000", "T2101")),
    "coronary": (("92920", "92944"), ("C9600", "C9608")),
    "dialysis": (("90935", "90999"), ("A4651", "A4932"), ("E1500", "E1699"), ("J0879", "J0890"), ("Q4081", "Q4081")),
    "dme": (("A4206", "A8004"), ("A9150", "A9300"), ("A9900", "A9999"), ("B4034", "B9999"), ("E0100", "E9999"),
            ("K0001", "K1999"), ("L0112", "L9900")),
    "drugs": (("C9000", "C9399"), ("J0000", "J9999"), ("Q0138", "Q0249"), ("Q2004", "Q2058"), ("Q4074", "Q4082"),
              ("Q4100", "Q4999"), ("Q5098", "Q5999"), ("Q9950", "Q9999"), ("S0012", "S0197")),
    "eyelids": (("67700", "67999"), ("15820", "15823")),
    "feet": (("11055", "11057"), ("11719", "11765"), ("28001", "28899"), ("A5500", "A5513"), ("G0127", "G0127"),
             ("G0245", "G0247")),
    "fingers": (("11719", "11765"), ("26010", "26989")),
    "homeinfusion": (("S5497", "S5523"), ("S9325", "S9379"), ("S9490", "S9810")),
    "mammography": (("77046", "77067"), ("G0279", "G0279")),
    "nutrition": (("B4034", "B9999"),),
    "orthotics": (("A5500", "A5513"), ("L0112", "L9900")),
    "oxygen": (("E0424", "E0447"), ("E1352", "E1406"), ("K0738", "K0738")),
    "preventive": (("99381", "99429"), ("G0101", "G0106"), ("G0402", "G0402"), ("G0438", "G0439")),
    "telehealth": (("90785", "90899"), ("99202", "99499"), ("G0406", "G0408"), ("G0425", "G0427"), ("G2211", "G2212")),
    "therapy": (("92507", "92526"), ("97000", "97799"), ("G0151", "G0162"), ("G0281", "G0283"), ("G2168", "G2169")),
    "toes": (("11719", "11765"), ("28001", "28899")),
    "vaccines": (("90460", "90756"), ("G0008", "G0010")),
    "vision": (("92002", "92499"), ("V2020", "V2799")),
    LEG: (("L5000", "L5999"),),
    INHALED: (("J7604", "J7699"),),
    "wounds": (("A4450", "A4461"), ("A6000", "A6499"), ("Q4100", "Q4999")),
}  # fmt: skip
"""Numbers of CPT and HCPCS whose codes are of a kind, from the first to the last."""

CIRCUMSTANCES = {"hospice", "outpatient", "preventive", "research", "telehealth"}
"""Kinds that speak of the patient and the place, not of what is done: they may come with any code of their section."""

AT_HOSPITALS = {"outpatient", "research"}
"""Those of them that may come with any code of HCPCS."""

# What is said of a supply, and yet is made for some supplies only; all of it is of HCPCS.
_ESA = ("epoetin", "darbepoetin", "erythropoie")
_FACES = ("facial", "nasal", "orbital", "auricular", "ear ")
_FAMILY = (
    "contracep",
    "birth control",
    "intrauterine",
    "levonorgestrel",
    "etonogestrel",
    "medroxyprogesterone",
    "fertility",
    "insemin",
)
_VISITS = ("visit", "evaluation", "examination", "consult", "critical care", "observation")
_TESTS = ("image", "imaging", "scan", "tomogra", "mammogra", "radiol", "x-ray", "ultraso", "echo", "interpret", "study",
          "polysomn", "electro", "monitoring", "localization")  # fmt: skip
_LABORATORY = ("test", "assay", "blood count", "screening", "drug", "smear", "culture", "antibod", "antigen")
_PARTS = (
    "leg",
    "knee",
    "foot",
    "ankle",
    "hip",
    "breast",
    "mammogra",
    "joint",
    "sacroiliac",
    "eye",
    "arm",
    "shoulder",
    "limb",
    "kidney",
    "lung",
)
NEEDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((f"A{number}" for number in range(1, 10)), ("wounds",)),
    **dict.fromkeys(("AW", "JC", "JD"), ("wounds",)),
    **dict.fromkeys(("N1", "N2", "N3", "QA", "QB", "QE", "QF", "QG", "QH", "QR"), ("oxygen",)),
    **dict.fromkeys(("AX", "AY", "EM", "JE"), ("dialysis",)),
    "AV": ("orthotics",),
    "BA": ("nutrition",),
    "TB": ("drugs",),
    **dict.fromkeys(("K0", "K1", "K2", "K3", "K4"), (LEG,)),
    **dict.fromkeys(("KO", "KP", "KQ"), (INHALED,)),
    "TK": ("ambulance",),
}
"""Modifiers of HCPCS for which one of their kinds, such as equipment of any sort, is not enough."""

SPOKEN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("EA", "EB", "EC"), _ESA),
    **dict.fromkeys(("KM", "KN"), _FACES),
    **dict.fromkeys(("KL", "KS"), ("glucose", "lancet", "diabet", "insulin")),
    **dict.fromkeys(("KA", "KC"), ("wheelchair",)),
    **dict.fromkeys(("26", "TC"), _TESTS),
    **dict.fromkeys(("25", "GE"), _VISITS),
    **dict.fromkeys(("TD", "TE"), ("nurs", "home", "visit")),
    **dict.fromkeys(("FA", *(f"F{number}" for number in range(1, 10))), ("finger", "hand", "thumb")),
    "AE": ("nutrition", "diet"),
    "AU": ("urin", "ostomy", "cathet", "tracheo", "tape", "saline", "incontinen"),
    "FP": _FAMILY,
    "GM": ("ambulance",),
    "QW": _LABORATORY,
    "SW": ("diabet",),
}
"""Modifiers of HCPCS codes that want one of these words in the title."""

FIRST = ("JZ", "JW", "RT", "LT", "KX", "NU", "RR", "UE", "GA", "GY", "GZ")
"""What is added to HCPCS codes every day, in the order in which it is wanted."""


def fitting_modifiers(
    db: sqlite3.Connection, nodes: NodeRows, node: Node, ancestors: tuple[Node, ...]
) -> tuple[Node, ...]:
    """Modifiers in force that go with a code, at most MOST_MODIFIERS.

    With CPT first the general ones, then those that are made for such codes; with HCPCS those made for such codes and,
    before all, what is added every day. Each in the order of their codes, Level I before Level II.
    """
    # Imported here because it reads tables besides, which a start of the program need not wait for.
    from app.library.own_words.modifiers import CATEGORY_I_SECTIONS, KINDS, section_word

    word = section_word(node.code) if node.level is Level.ITEM and node.system in (System.HCPCS, System.CPT) else ""
    if not word:
        return ()
    of_hcpcs = node.system is System.HCPCS
    # A heading of HCPCS names much that is unlike; one of CPT says what its codes are about.
    spoken = " ".join([node.title, *(above.title for above in ancestors if not of_hcpcs)]).lower()
    fitting = {kind for kind, signs in SIGNS.items() if any(sign in spoken for sign in signs)}
    fitting |= {kind for kind, spans in RANGES.items() if any(low <= node.code <= high for low, high in spans)}
    uses: dict[int, set[str]] = {key: set() for (key,) in db.execute(
        "SELECT node FROM modifier_use WHERE applies = ?", (word,)
    )}  # fmt: skip
    for key, applies in db.execute("SELECT node, applies FROM modifier_use"):
        if key in uses:
            uses[key].add(applies)
    known = nodes.nodes(uses)
    ranked: list[tuple[int, int, int]] = []
    for key, modifier in known.items():
        kinds = uses[key].intersection(KINDS)
        if kinds == {"dme"} and not uses[key].isdisjoint(CATEGORY_I_SECTIONS.values()):
            # A notice or the like, which is given for services as it is for equipment.
            kinds = set[str]()
        if not modifier.billable or (of_hcpcs and not _is_meant(modifier.code, node.code, spoken, fitting)):
            continue
        made_for = not kinds.isdisjoint(fitting)
        if kinds and not made_for and kinds.isdisjoint(AT_HOSPITALS if of_hcpcs else CIRCUMSTANCES):
            continue
        general = 0 if not kinds else 2
        rank = (0 if made_for else 1 + general) if of_hcpcs else (1 if made_for else general)
        place = FIRST.index(modifier.code) if of_hcpcs and modifier.code in FIRST else len(FIRST)
        ranked.append((-1 if place < len(FIRST) else rank, place, key))
    return tuple(known[key] for _, _, key in sorted(ranked)[:MOST_MODIFIERS])


def _is_meant(modifier: str, code: str, spoken: str, fitting: set[str]) -> bool:
    """Whether nothing speaks against a modifier at a code of HCPCS."""
    if modifier in ("RT", "LT") and code[0] == "G":
        return any(part in spoken for part in _PARTS)
    if modifier in NEEDED and fitting.isdisjoint(NEEDED[modifier]):
        return False
    return modifier not in SPOKEN or any(sign in spoken for sign in SPOKEN[modifier])
