-- The NCCI edits: a database of their own beside the user library, since its millions of rows are replaced every
-- quarter and no search reads them. Compiled, never migrated, opened read-only.
-- Days are counted from 31 December 1979, so that they take two bytes; that day itself, 0, means no day.
-- Codes are texts: leading zeros count.

PRAGMA application_id = 1129268293;  -- "CODE"
PRAGMA user_version = 1;             -- the version of this schema

-- The files that were read, with the SHA-256 of their bytes.
CREATE TABLE source (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,     -- ptp or mue
    setting   TEXT NOT NULL,     -- practitioner or hospital of ptp; practitioner, outpatient or supplier of mue
    release   TEXT NOT NULL,     -- 32.2, or empty if the name of the file has none
    effective INTEGER NOT NULL,  -- first day of the release: by the name, otherwise the latest in the rows; 0 for neither
    rows      INTEGER NOT NULL,
    file      TEXT NOT NULL,
    sha256    TEXT NOT NULL
) STRICT;

-- Why the codes of a pair are not paid together; some dozens of texts.
CREATE TABLE rationale (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

-- Pairs of codes. Most apply to both practitioners and hospitals, and are one row: the two columns have the source of
-- each, 0 for none. A pair can begin and end several times.
CREATE TABLE edit (
    first        TEXT NOT NULL,
    second       TEXT NOT NULL,
    effective    INTEGER NOT NULL,
    practitioner INTEGER NOT NULL,
    hospital     INTEGER NOT NULL,
    ended        INTEGER NOT NULL,  -- last day in force, 0 while there is none
    modifier     INTEGER NOT NULL,  -- 0, 1 or 9
    rationale    INTEGER NOT NULL REFERENCES rationale (id),
    PRIMARY KEY (first, second, effective, practitioner, hospital)
) STRICT, WITHOUT ROWID;

-- The limits of units of codes.
CREATE TABLE mue (
    code      TEXT NOT NULL,
    setting   TEXT NOT NULL,
    units     INTEGER NOT NULL,
    indicator INTEGER NOT NULL,
    rationale TEXT NOT NULL,
    source    INTEGER NOT NULL REFERENCES source (id),
    PRIMARY KEY (code, setting)
) STRICT, WITHOUT ROWID;
