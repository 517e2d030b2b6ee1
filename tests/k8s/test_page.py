"""The exporter's page in a real browser, which draws pictures of it too: `make k8s` leaves them in `.artefacts/`."""

import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

import postgres
from deployment import Deployment
from scraped import exporting

ARTEFACTS = Path(__file__).parents[2] / ".artefacts"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("there is no Chromium (Debian: chromium)")
    return found


@pytest.fixture
def deployment(deployment: Deployment) -> Deployment:
    """A shop with a week behind it, and a migration that fails."""
    deployment.write("0000_shop", "CREATE TABLE product (id int, price numeric);")
    deployment.write("0001_prices", "INSERT INTO product SELECT n, n FROM generate_series(1, 200000) AS n;")
    deployment.write("0002_index", "CREATE INDEX CONCURRENTLY product_price ON product (price);")
    assert deployment.deploy().returncode == 0
    deployment.write("0003_unique", "SELECT 1;--> statement-breakpoint\nALTER TABLE product ADD CHECK (price < 1000);")
    deployment.write("0004_orders", "CREATE TABLE orders ();")
    assert deployment.deploy(POD_NAME="shop-5d8f7c-x2x9k").returncode == 6
    return deployment


def test_a_person_sees_what_is_applied_pending_and_failed_and_how_long_things_take(
    deployment: Deployment, browser: str
) -> None:
    with exporting(deployment) as exporter:
        exporter.until(lambda found: found["ccm_connection_up"] == 1)
        seen = drawn(browser, f"http://127.0.0.1:{exporter.port}/", "status-page")
    for told in (
        "failed: 0003_unique",
        'check constraint "product_price_check" of relation "product" is violated by some row',
        "ALTER TABLE product ADD CHECK (price < 1000)",
        "statement 2/2",
        "SQLSTATE 23514",
        "pod shop-5d8f7c-x2x9k",
        "0004_orders",
    ):
        assert told in seen
    assert seen.index("<b>3</b>applied") < seen.index("<b>2</b>pending") < seen.index("<b>1</b>failed")
    assert seen.count("<meter") == 4


def test_a_person_sees_that_the_database_is_away(deployment: Deployment, browser: str) -> None:
    nobody = f"postgresql://me:secret@127.0.0.1:{postgres.free_port()}/shop"
    with exporting(deployment, DATABASE_URL_PROD=nobody) as exporter:
        exporter.until(lambda found: found['ccm_looks_total{outcome="failed"}'] > 0)
        seen = drawn(browser, f"http://127.0.0.1:{exporter.port}/", "status-page-blind")
    assert "<h1>the database does not answer</h1>" in seen
    assert "connection refused" in seen
    assert "secret" not in seen


def test_a_person_sees_that_all_is_well(deployment: Deployment, browser: str) -> None:
    deployment.write("0003_unique", "SELECT 1")
    deployment.deploy()
    with exporting(deployment, LANG="fr_FR.UTF-8") as exporter:
        exporter.until(lambda found: found["ccm_connection_up"] == 1)
        seen = drawn(browser, f"http://127.0.0.1:{exporter.port}/", "status-page-french")
    assert '<html lang="fr">' in seen
    assert "<h1>à jour</h1>" in seen


def drawn(browser: str, url: str, name: str) -> str:
    """The document as the browser holds it, entities resolved; the picture is kept."""
    ARTEFACTS.mkdir(exist_ok=True)
    picture = ARTEFACTS / f"{name}.png"
    picture.unlink(missing_ok=True)
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")
    shoot = [browser, *options, "--window-size=1100,1000", f"--screenshot={picture}", url]
    subprocess.run(shoot, check=True, capture_output=True, timeout=120)
    assert picture.read_bytes().startswith(PNG)
    dump = [browser, *options, "--dump-dom", url]
    return unescape(subprocess.run(dump, check=True, capture_output=True, text=True, timeout=120).stdout)
