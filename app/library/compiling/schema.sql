-- The code database: compiled from release files, never migrated, opened read-only.
-- Ids of nodes follow the order of the book, so that the nodes below a node are the range (id, last]. The ids of a code
-- set, and those of its entries, are in a block of their own (app.library.ids): a code set is replaced as a whole.
-- Dates are ISO 8601 texts. Codes: `code` in its written form (E11.40), `plain` bare and upper case (E1140).

PRAGMA application_id = 1129268297;  -- "CODI"
PRAGMA user_version = 9;             -- the version of this schema

-- The loaded releases of each part of a code set: its codes, notes, each Index and table. A part may have older releases
-- beside its newest one.
CREATE TABLE release (
    id             INTEGER PRIMARY KEY,
    system         TEXT NOT NULL,     -- app.codes.systems.System
    part           TEXT NOT NULL,     -- app.codes.parts.Part
    name           TEXT NOT NULL,     -- FY2026 (April 2026)
    effective_from TEXT,              -- NULL for our own words
    effective_to   TEXT,
    remark         TEXT NOT NULL,     -- a remark for users, or empty
    codes          INTEGER NOT NULL,  -- how many codes, headings of ICD-10-CM included, as the order file counts them; of
                                      -- other parts, how many lines or rows
    valid          INTEGER NOT NULL,  -- how many of them are valid for submission
    current        INTEGER NOT NULL,  -- 1 for the newest of its part, 0 for an older one
    sections       TEXT NOT NULL      -- the sections of ICD-10-PCS that it covers beside a newer release of the others;
                                      -- empty for a release of its own
) STRICT;

-- The files of a release, with the SHA-256 of their bytes.
CREATE TABLE source (
    id      INTEGER PRIMARY KEY,
    release INTEGER NOT NULL REFERENCES release (id),
    file    TEXT NOT NULL,
    sha256  TEXT NOT NULL
) STRICT;

-- Every chapter, section, heading, family and code.
CREATE TABLE node (
    id         INTEGER PRIMARY KEY,
    system     TEXT NOT NULL,
    code       TEXT NOT NULL,
    plain      TEXT NOT NULL,
    title      TEXT NOT NULL,
    level      TEXT NOT NULL,         -- app.codes.node.Level
    status     TEXT NOT NULL,         -- app.codes.node.CodeStatus
    parent     INTEGER REFERENCES node (id),
    last       INTEGER NOT NULL,      -- the id of the last node below this one, its own where there is none
    variants   INTEGER NOT NULL,      -- valid codes at and below
    valid_from TEXT,                  -- first day on which the code is valid, where a file says so
    valid_to   TEXT                   -- last day likewise; NULL while it is in force
) STRICT;
CREATE INDEX node_by_code ON node (plain);  -- one code of each code set, as is verified: `system` would cost 2 MB
-- Nodes that results show, without the hundred thousand codes of families: `0` begins 80,000 codes.
CREATE INDEX node_by_row_code ON node (plain) WHERE level NOT IN ('seventh', 'pcs_code');
CREATE INDEX node_by_parent ON node (parent);
CREATE INDEX node_by_level ON node (level) WHERE last > id;  -- the neighbors of a chapter are many thousand rows away

-- Changes of a code by several releases, oldest first.
CREATE TABLE change (
    node     INTEGER NOT NULL REFERENCES node (id),
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,           -- app.codes.detail.ChangeKind
    "on"     TEXT NOT NULL,           -- the first day on which it was in effect
    text     TEXT NOT NULL,           -- the old title of a revision
    after    TEXT,                    -- the last day on which it was known not to be, if that is not the day before
    PRIMARY KEY (node, position)
) STRICT, WITHOUT ROWID;

-- Codes that a code is connected with: its replacements, the codes that it replaced, cross-references.
CREATE TABLE link (
    node     INTEGER NOT NULL REFERENCES node (id),
    position INTEGER NOT NULL,
    label    TEXT NOT NULL,           -- Replaced by
    system   TEXT NOT NULL,
    plain    TEXT NOT NULL,
    PRIMARY KEY (node, position)
) STRICT, WITHOUT ROWID;

-- Coded fields of a code, in the order of its file.
CREATE TABLE field (
    node     INTEGER NOT NULL REFERENCES node (id),
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,           -- COV
    value    TEXT NOT NULL,           -- C
    label    TEXT NOT NULL,           -- Coverage
    meaning  TEXT NOT NULL,
    PRIMARY KEY (node, position)
) STRICT, WITHOUT ROWID;

-- Texts about a code under headings; paragraphs are separated by line feeds.
CREATE TABLE passage (
    node     INTEGER NOT NULL REFERENCES node (id),
    position INTEGER NOT NULL,
    heading  TEXT NOT NULL,
    text     TEXT NOT NULL,
    ours     INTEGER NOT NULL,        -- 1 for a text of Codarium, 0 for one of the official files
    PRIMARY KEY (node, position)
) STRICT, WITHOUT ROWID;

-- The codes that a modifier is used with: `hcpcs:J`, `surgery` (resources/tables/modifiers.tsv).
CREATE TABLE modifier_use (
    applies TEXT NOT NULL,
    node    INTEGER NOT NULL REFERENCES node (id),
    PRIMARY KEY (applies, node)
) STRICT, WITHOUT ROWID;

-- Facts of the HCPCS file on a code or modifier beside its fields. Dates are ISO 8601 or NULL.
CREATE TABLE hcpcs_code (
    node      INTEGER PRIMARY KEY REFERENCES node (id),
    short     TEXT NOT NULL,
    effective TEXT,                   -- when the last change took effect
    ended     TEXT,
    action    TEXT NOT NULL           -- the action code: N, A, D ...
) STRICT;

-- Nodes that the Tabular List prints; the others are finished codes, and codes of other years. `title` and `level` are
-- its own if an order file of another year has changed them.
CREATE TABLE tabular_node (
    node  INTEGER PRIMARY KEY REFERENCES node (id),
    title TEXT,
    level TEXT
) STRICT;

-- The copyright line that must be shown with every code of a code set.
CREATE TABLE notice (
    system TEXT PRIMARY KEY,
    text   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Notes of the Tabular List, at their own level, in file order.
CREATE TABLE note (
    id   INTEGER PRIMARY KEY,
    node INTEGER NOT NULL REFERENCES node (id),
    kind TEXT NOT NULL,               -- app.codes.detail.NoteKind
    text TEXT NOT NULL
) STRICT;
CREATE INDEX note_by_node ON note (node);

-- Codes and ranges named inside a note's text.
CREATE TABLE reference (
    note    INTEGER NOT NULL REFERENCES note (id),
    start   INTEGER NOT NULL,         -- character offsets into the text
    stop    INTEGER NOT NULL,
    printed TEXT NOT NULL,            -- E08-E13, C7A.-
    low     TEXT NOT NULL,            -- the first and the last code that it covers, as printed
    high    TEXT NOT NULL,
    target  INTEGER REFERENCES node (id),  -- the node that it leads to
    PRIMARY KEY (note, start)
) STRICT, WITHOUT ROWID;

-- 7th characters, at the node that defines them; they apply to every node below without a definition of its own.
CREATE TABLE seventh (
    node     INTEGER NOT NULL REFERENCES node (id),
    position INTEGER NOT NULL,
    char     TEXT NOT NULL,
    meaning  TEXT NOT NULL,
    PRIMARY KEY (node, position)
) STRICT, WITHOUT ROWID;

-- The table of visual impairment at H54. Limits are separated by line feeds: meters, decimal, feet.
CREATE TABLE visual_range (
    node      INTEGER NOT NULL REFERENCES node (id),
    position  INTEGER NOT NULL,
    category  TEXT NOT NULL,
    less_than TEXT NOT NULL,
    at_least  TEXT NOT NULL,
    PRIMARY KEY (node, position)
) STRICT, WITHOUT ROWID;

-- The conventions that introduce the Tabular List; paragraphs are separated by line feeds.
CREATE TABLE convention (
    id    INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    text  TEXT NOT NULL
) STRICT;

-- Meanings of the characters of ICD-10-PCS codes; characters 4 to 7 depend on the table, the first three characters.
CREATE TABLE pcs_value (
    "table"  TEXT NOT NULL,           -- 0DT for characters 4 to 7, else the characters before; the full code if
                                      -- the value means something else in it than in the table's first codes
    position INTEGER NOT NULL,        -- 1 to 7
    value    TEXT NOT NULL,
    label    TEXT NOT NULL,
    from_titles INTEGER NOT NULL,     -- 1 for a label that the titles of codes tell, 0 for one of the tables
    PRIMARY KEY ("table", position, value)
) STRICT, WITHOUT ROWID;

-- Official definitions of values, by section, position and label.
CREATE TABLE pcs_definition (
    section     TEXT NOT NULL,
    position    INTEGER NOT NULL,
    label       TEXT NOT NULL,
    definition  TEXT NOT NULL,
    explanation TEXT NOT NULL,
    examples    TEXT NOT NULL,
    PRIMARY KEY (section, position, label)
) STRICT, WITHOUT ROWID;

-- Names of the axes of a section.
CREATE TABLE pcs_axis (
    section  TEXT NOT NULL,
    position INTEGER NOT NULL,
    title    TEXT NOT NULL,
    PRIMARY KEY (section, position)
) STRICT, WITHOUT ROWID;

-- Lines of an Index or table: the path of terms from the main term down, separated by line feeds. Ids are in the block of
-- the code set and follow the order of the book.
CREATE TABLE index_entry (
    id            INTEGER PRIMARY KEY,
    book          TEXT NOT NULL,      -- app.codes.parts.Book
    path          TEXT NOT NULL,
    kind          TEXT NOT NULL,      -- code, see, see also, use
    see           TEXT NOT NULL,      -- the text after see, see also or use
    manifestation TEXT NOT NULL       -- the code in brackets that is coded second
) STRICT;
CREATE INDEX index_entry_by_use ON index_entry (see) WHERE kind = 'use';

-- Targets of Index lines. A code that is not loaded, or a beginning of codes that no loaded section has, is a row without
-- a node.
CREATE TABLE index_target (
    entry    INTEGER NOT NULL REFERENCES index_entry (id),
    position INTEGER NOT NULL,
    code     TEXT NOT NULL,           -- as printed: E11.4-, 0DTJ
    node     INTEGER REFERENCES node (id),
    PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX index_target_by_node ON index_target (node);

-- General Equivalence Maps. `map` is cm9to10, cm10to9, pcs9to10 or pcs10to9; codes are plain, and the target is empty
-- if there is none. `flags` is the file's own five digits: approximate, no map, combination, scenario, choice.
CREATE TABLE equivalence (
    map    TEXT NOT NULL,
    source TEXT NOT NULL,
    flags  TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (map, source, flags, target)
) STRICT, WITHOUT ROWID;
-- For the rows that lead to a code of ICD-10: without it the page of a code reads all 74,000 rows of a map.
CREATE INDEX equivalence_by_target ON equivalence (target, map) WHERE map IN ('cm9to10', 'pcs9to10');

-- Codes of ICD-9-CM, which ended on 2015-09-30, with their long titles.
CREATE TABLE icd9 (
    procedure INTEGER NOT NULL,       -- 0 for diagnoses, 1 for procedures (Volume 3)
    plain     TEXT NOT NULL,
    title     TEXT NOT NULL,
    PRIMARY KEY (plain, procedure)
) STRICT, WITHOUT ROWID;

-- Codes that were used before a code of ICD-10-CM was new, by the conversion table.
CREATE TABLE conversion (
    code     TEXT NOT NULL,           -- plain, both
    position INTEGER NOT NULL,
    since    TEXT NOT NULL,
    previous TEXT NOT NULL,
    PRIMARY KEY (code, position)
) STRICT, WITHOUT ROWID;

-- Diagnoses that are a CC or an MCC as a secondary diagnosis. Codes of this and the next tables are plain, and need not be
-- loaded: the facts are published apart from the codes, and stay when these are replaced.
CREATE TABLE cc (
    code       TEXT PRIMARY KEY,
    level      TEXT NOT NULL,         -- CC or MCC
    collection INTEGER NOT NULL,      -- the principal diagnoses with which it is neither
    hac        TEXT NOT NULL          -- the number of the hospital-acquired condition, or empty
) STRICT, WITHOUT ROWID;

-- Collections of principal diagnoses, each stored once: most codes share theirs with others.
CREATE TABLE cc_exclusion (
    collection INTEGER PRIMARY KEY,
    codes      INTEGER NOT NULL,      -- how many diagnoses
    ranges     TEXT NOT NULL          -- the diagnoses in order, as codes and ranges without gaps, separated by spaces
) STRICT;

-- Medicare severity diagnosis-related groups.
CREATE TABLE ms_drg (
    drg   TEXT PRIMARY KEY,           -- three digits
    title TEXT NOT NULL,
    mdc   TEXT NOT NULL               -- two digits, or empty
) STRICT, WITHOUT ROWID;

-- The distinct sets of groups that codes lead to, since 120,000 codes share 3,000.
CREATE TABLE drg_set (
    id   INTEGER PRIMARY KEY,
    mdcs TEXT NOT NULL,               -- of a principal diagnosis, separated by spaces; empty for a procedure
    drgs TEXT NOT NULL                -- separated by spaces
) STRICT;

-- The groups of a principal diagnosis, or of a procedure.
CREATE TABLE drg_code (
    code           TEXT NOT NULL,
    procedure      INTEGER NOT NULL,  -- 0 for a diagnosis, 1 for a procedure
    drg_set        INTEGER NOT NULL REFERENCES drg_set (id),
    operating_room INTEGER NOT NULL,  -- 1 for a procedure of the operating room
    PRIMARY KEY (code, procedure)
) STRICT, WITHOUT ROWID;

-- Relative weights, and mean lengths of stay in days.
CREATE TABLE drg_weight (
    drg             TEXT PRIMARY KEY,
    weight          REAL NOT NULL,
    geometric_stay  REAL NOT NULL,
    arithmetic_stay REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- Categories of diagnoses in risk adjustment models.
CREATE TABLE hcc (
    code     TEXT NOT NULL,
    model    TEXT NOT NULL,           -- CMS-HCC V28
    category TEXT NOT NULL,           -- 37
    PRIMARY KEY (code, model, category)
) STRICT, WITHOUT ROWID;

CREATE TABLE hcc_label (
    model    TEXT NOT NULL,
    category TEXT NOT NULL,
    label    TEXT NOT NULL,
    PRIMARY KEY (model, category)
) STRICT, WITHOUT ROWID;

-- Diagnoses that need no present-on-admission indicator.
CREATE TABLE poa_exempt (
    code TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Numbered notes of the HCPCS file.
CREATE TABLE processing_note (
    number TEXT PRIMARY KEY,
    text   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Searchable texts: titles, inclusion terms and Index paths, each leading to a node. Within a code set ids run from the
-- best answer to any query (the shortest) to the worst one: a search reads them in this order.
CREATE TABLE entry (
    id    INTEGER PRIMARY KEY,
    node  INTEGER NOT NULL REFERENCES node (id),
    kind  TEXT NOT NULL,              -- app.library.entries.EntryKind
    text  TEXT NOT NULL,              -- empty if it is the title of its node
    words TEXT NOT NULL               -- its words, folded and singular, separated by spaces; ( precedes one in parentheses, = another form of the main term
) STRICT;

-- The words of each entry, of its codes' 7th characters and axes, parts of compounds, and its filters.
-- One table for each code set, by the id of the entry.
CREATE VIRTUAL TABLE entry_words_icd10cm USING fts5 (
    words, content = '', detail = none, tokenize = "ascii", prefix = '1 2 3 4'
);
CREATE VIRTUAL TABLE entry_words_icd10pcs USING fts5 (
    words, content = '', detail = none, tokenize = "ascii", prefix = '1 2 3 4'
);
CREATE VIRTUAL TABLE entry_words_hcpcs USING fts5 (
    words, content = '', detail = none, tokenize = "ascii", prefix = '1 2 3 4'
);
CREATE VIRTUAL TABLE entry_words_modifier USING fts5 (
    words, content = '', detail = none, tokenize = "ascii", prefix = '1 2 3 4'
);
CREATE VIRTUAL TABLE entry_words_pos USING fts5 (
    words, content = '', detail = none, tokenize = "ascii", prefix = '1 2 3 4'
);
CREATE VIRTUAL TABLE entry_words_cpt USING fts5 (
    words, content = '', detail = none, tokenize = "ascii", prefix = '1 2 3 4'
);

-- Data that the engine reads at once. For each code set `node_of_entry` and `order_of_entry` (by place in the block, from 0; the
-- order is eight times the length plus the rank of the kind, to merge code sets by) are arrays of little-endian unsigned
-- 32-bit numbers, and so are `parent_of_node` (by place in the block; 0 for none), the ids of the groups of nodes
-- (app.library.compiling.node_groups), and `word_counts`; `words` are the distinct words of the entries, sorted, separated by line
-- feeds, in UTF-8, and `crowded_beginnings` the texts of one or two characters with which words of more than 1,000 rows
-- begin, likewise. For all code sets together (system is empty) `words` and `word_counts` again, `spelled_words`, the words
-- that a misspelling may mean, in the order of their sounds, and `spelled_sounds`, these sounds (app.library.sounds), and
-- small tables of the lexicon by their names (app.library.compiling.lexicon_tables).
CREATE TABLE packed (
    system TEXT NOT NULL,
    name   TEXT NOT NULL,
    data   BLOB NOT NULL,
    PRIMARY KEY (system, name)
) STRICT, WITHOUT ROWID;

-- The lexicon: typed phrases, and the words that the code sets use for them, likeliest first.
CREATE TABLE meaning (
    phrase   TEXT NOT NULL,           -- folded, singular words, separated by spaces
    position INTEGER NOT NULL,
    words    TEXT NOT NULL,           -- likewise
    text     TEXT NOT NULL,           -- the meaning as it is printed
    kind     TEXT NOT NULL,           -- app.library.lexicon.MeaningKind
    typed    TEXT NOT NULL,           -- the phrase as it is printed
    note     TEXT NOT NULL,           -- a remark, such as which of several senses it is; may be empty
    PRIMARY KEY (phrase, position)
) STRICT, WITHOUT ROWID;

-- Names of drugs; one of a combination has a row for each substance, in the order of its name.
CREATE TABLE drug (
    phrase    TEXT NOT NULL,          -- folded, singular words, separated by spaces
    position  INTEGER NOT NULL,
    name      TEXT NOT NULL,          -- as it is printed
    kind      TEXT NOT NULL,          -- app.library.drugs.DrugKind
    substance TEXT NOT NULL,          -- the generic name
    "group"   TEXT NOT NULL,          -- its class in plain words
    stem      TEXT NOT NULL,          -- the code of the Table of Drugs without its last character
    long_term TEXT NOT NULL,          -- the code for long-term use; may be empty
    supplies  TEXT NOT NULL,          -- codes of HCPCS, separated by spaces; may be empty
    PRIMARY KEY (phrase, position)
) STRICT, WITHOUT ROWID;

-- Ignored words: words of little weight in a query, with their weight, 0 to 0.5.
CREATE TABLE ignored_word (
    word   TEXT PRIMARY KEY,
    weight REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- British parts of words and the American ones; `place` is start, end, anywhere or whole.
CREATE TABLE spelling_rule (
    position INTEGER PRIMARY KEY,
    british  TEXT NOT NULL,
    american TEXT NOT NULL,
    place    TEXT NOT NULL
) STRICT;
