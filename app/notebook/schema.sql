-- The user's notebook. It is in the user's data folder and stays when releases of the codes change, so nothing in it
-- refers to a row of the code database: a code is named by its code set and its text.
--
-- Each block between "-- version N" lines brings a notebook of version N - 1 to version N. A block that has been
-- released is never changed; what comes next is added below it.

-- version 1

-- One row for each code that was ever opened.
CREATE TABLE opened (
    system      TEXT NOT NULL,              -- the code set, as in app/codes/systems.py: icd10cm
    code        TEXT NOT NULL,              -- in its written form: E11.40
    title       TEXT NOT NULL,              -- the title when the code was last opened
    last_opened INTEGER NOT NULL,           -- milliseconds since 1970, UTC
    times       INTEGER NOT NULL DEFAULT 1, -- how often it was opened
    PRIMARY KEY (system, code)
) STRICT, WITHOUT ROWID;

CREATE INDEX opened_by_time ON opened (last_opened DESC);

-- version 2

-- The user's own notes on codes, plain text.
CREATE TABLE code_note (
    system  TEXT NOT NULL,
    code    TEXT NOT NULL,
    text    TEXT NOT NULL,
    changed INTEGER NOT NULL,                -- milliseconds since 1970, UTC
    PRIMARY KEY (system, code)
) STRICT, WITHOUT ROWID;

-- Folders of favorites, in the user's order.
CREATE TABLE favorite_folder (
    folder   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE COLLATE NOCASE,
    position INTEGER NOT NULL
) STRICT;

-- Favorites, each in one folder or in none, in the user's order.
CREATE TABLE favorite (
    system   TEXT NOT NULL,
    code     TEXT NOT NULL,
    folder   INTEGER,                        -- NULL: in no folder
    position INTEGER NOT NULL,               -- place in its folder, from 0
    added    INTEGER NOT NULL,               -- milliseconds since 1970, UTC
    PRIMARY KEY (system, code)
) STRICT, WITHOUT ROWID;

-- Worksheets: the codes of one chart each. Templates are worksheets that are copied.
CREATE TABLE worksheet (
    worksheet   INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE COLLATE NOCASE,
    is_template INTEGER NOT NULL DEFAULT 0,
    opened      INTEGER NOT NULL             -- when it was opened last; milliseconds since 1970, UTC
) STRICT;

CREATE TABLE worksheet_line (
    line      INTEGER PRIMARY KEY,
    worksheet INTEGER NOT NULL,
    position  INTEGER NOT NULL,              -- place in the worksheet, from 0
    system    TEXT,                          -- NULL: the text is no code that was known when it was added
    code      TEXT NOT NULL,
    modifiers TEXT NOT NULL DEFAULT '',      -- 25 LT
    units     INTEGER NOT NULL DEFAULT 0,    -- 0: none given
    remark    TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX line_by_worksheet ON worksheet_line (worksheet, position);
