"""Encrypted connections: whose certificates are trusted, and that a redirect does not lead out of the encryption."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.codes.systems import System
from app.intake.download import plan_downloads
from app.intake.download_urls import Address, Download
from tests.intake.download.publisher import (
    QUICK,
    ZIP_NAME,
    ZIP_PATH,
    Publisher,
    ServedFile,
    fetch,
    file_names,
    not_canceled,
    order_zip,
    redirect_to,
    refusal,
    serving,
)


class EncryptedPublisher(Publisher):
    """A publisher with a certificate that nobody but itself has signed, as a hospital's network has one."""

    def __init__(self, certificate: Path, key: Path) -> None:
        super().__init__()
        self.certificate = certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def root(self) -> str:
        return f"https://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore the error: a client that does not trust the certificate hangs up."""


@pytest.fixture(scope="module")
def certificate_and_key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the command openssl, to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=Made-up hospital", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, "req", "-x509", *made, *named, *files], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def encrypted(certificate_and_key: tuple[Path, Path]) -> Iterator[EncryptedPublisher]:
    with serving(EncryptedPublisher(*certificate_and_key)) as server:
        yield server


def trust(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this file the system's store: OpenSSL reads the variable."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def test_a_refused_certificate_is_told_with_what_to_do(encrypted: EncryptedPublisher, tmp_path: Path) -> None:
    encrypted.answers[ZIP_PATH] = ServedFile(order_zip())
    text = refusal(encrypted.download(ZIP_PATH, "/other.zip"), tmp_path)
    assert "the certificate that 127.0.0.1 shows is not trusted by this computer (self-signed certificate)" in text
    assert "root certificate" in text
    # It is not tried again, and it is not the network that fails.
    assert encrypted.calls == []
    assert "attempts" not in text
    assert file_names(tmp_path) == []
    (planned,) = plan_downloads([encrypted.download()], not_canceled, QUICK)
    assert "is not trusted by this computer" in planned.problem


def test_a_certificate_for_another_host_is_refused(
    encrypted: EncryptedPublisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(encrypted.certificate, monkeypatch)
    encrypted.answers[ZIP_PATH] = ServedFile(order_zip())
    elsewhere = Address(f"https://localhost:{encrypted.server_port}{ZIP_PATH}", "")
    text = refusal(replace(encrypted.download(), addresses=(elsewhere,)), tmp_path)
    assert "the certificate that localhost shows is not trusted by this computer" in text
    assert "localhost" in text.partition("(")[2]


def test_a_certificate_of_the_systems_store_is_trusted(
    encrypted: EncryptedPublisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(encrypted.certificate, monkeypatch)
    encrypted.answers[ZIP_PATH] = ServedFile(order_zip())
    assert fetch(encrypted.download(), tmp_path).name == ZIP_NAME


def test_the_store_is_the_systems_and_not_a_list_of_the_program(
    encrypted: EncryptedPublisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where neither variable nor OpenSSL's own path name a store, it is looked for where systems have it."""
    import truststore._openssl as places

    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(places, "_CA_FILE_CANDIDATES", [str(encrypted.certificate)])
    encrypted.answers[ZIP_PATH] = ServedFile(order_zip())
    assert fetch(encrypted.download(), tmp_path / "into").name == ZIP_NAME


def test_a_redirect_does_not_lead_out_of_the_encryption(
    encrypted: EncryptedPublisher, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an address of this machine may be called without, and so may be redirected to."""
    trust(encrypted.certificate, monkeypatch)
    publisher.answers["/a.zip"] = ServedFile(order_zip())
    encrypted.answers["/out.zip"] = redirect_to(f"{publisher.root}/a.zip")
    addresses = (Address(f"{encrypted.root}/out.zip", ""), Address(f"{publisher.root}/b.zip", ""))
    download: Download = replace(encrypted.download(system=System.ICD10CM), addresses=addresses)
    assert f"leads to {publisher.root}/a.zip, which is not encrypted" in refusal(download, tmp_path)
    assert all(path != "/a.zip" for _, path, _ in publisher.calls)
    encrypted.answers["/in.zip"] = redirect_to(ZIP_PATH)
    encrypted.answers[ZIP_PATH] = ServedFile(order_zip())
    assert fetch(encrypted.download("/in.zip"), tmp_path).name == "in.zip"
