"""The plan of a download with its sizes, and the proxy settings of the network."""

from pathlib import Path

import pytest

from app.intake.download import plan_downloads
from app.intake.download_errors import DownloadCanceledError, DownloadError
from app.intake.download_urls import Terms
from tests.intake.download.publisher import (
    QUICK,
    ZIP_NAME,
    ZIP_PATH,
    Publisher,
    ServedFile,
    fetch,
    not_canceled,
    order_zip,
    page,
    status,
)


def test_the_plan_has_sizes_without_downloading(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[ZIP_PATH] = ServedFile(content)
    publisher.answers["/page"] = page(ZIP_PATH)
    publisher.answers["/unsaid.zip"] = status(405)
    publisher.answers["/page.zip"] = page()
    publisher.answers["/broken.zip"] = status(500)
    planned = plan_downloads(
        [
            publisher.download("/missing.zip", ZIP_PATH),
            publisher.download("/files/zip/2026*.zip"),
            publisher.download("/unsaid.zip"),
            publisher.download("/page.zip"),
            publisher.download("/broken.zip"),
            publisher.download(addresses=(), terms=Terms.AMA),
        ],
        not_canceled,
        QUICK,
    )
    assert [item.url.removeprefix(publisher.root) for item in planned] == [
        ZIP_PATH,
        ZIP_PATH,
        "/unsaid.zip",
        "/page.zip",
        "/broken.zip",
        "",
    ]
    assert [item.size for item in planned] == [len(content), len(content), None, None, None, None]
    assert [bool(item.problem) for item in planned] == [False, False, False, True, True, True]
    assert {method for method, path, _ in publisher.calls if path != "/page"} == {"HEAD"}
    with pytest.raises(DownloadCanceledError):
        plan_downloads([publisher.download()], lambda: True, QUICK)


def test_addresses_of_this_machine_bypass_the_proxy(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    publisher.answers[ZIP_PATH] = ServedFile(order_zip())
    assert fetch(publisher.download(), tmp_path).name == ZIP_NAME


def test_unusable_proxy_settings_are_reported(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("nonsense://x:1", "socks5://127.0.0.1:9"):
        monkeypatch.setenv("ALL_PROXY", value)
        with pytest.raises(DownloadError, match="ALL_PROXY"):
            fetch(publisher.download(), tmp_path)
