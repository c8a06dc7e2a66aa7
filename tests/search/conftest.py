"""The engine and its parts on the real database."""

import sqlite3

import pytest

from app.library.open import Library
from app.search.engine import Engine
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.measurements import Measurements
from app.search.parsing.parser import Parser
from app.search.parsing.roles import Roles
from app.search.parsing.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def connection(library: Library) -> sqlite3.Connection:
    return library.connect()


@pytest.fixture(scope="session")
def engine(library: Library) -> Engine:
    return Engine(library.connect())


@pytest.fixture(scope="session")
def vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    return Vocabulary(connection)


@pytest.fixture(scope="session")
def lexicon(connection: sqlite3.Connection) -> Lexicon:
    return Lexicon(connection)


@pytest.fixture(scope="session")
def parser(connection: sqlite3.Connection, lexicon: Lexicon, vocabulary: Vocabulary) -> Parser:
    return Parser(lexicon, vocabulary, Roles(connection, lexicon), Measurements(connection))
