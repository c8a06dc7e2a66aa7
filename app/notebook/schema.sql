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
