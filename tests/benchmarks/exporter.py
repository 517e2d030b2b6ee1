"""What a scrape of the exporter costs, whoever scrapes and the database, with 10,000 migrations in folder and ledger.

    python tests/benchmarks/exporter.py [SECONDS]

First one scrape after the other, then 100 a second for so many seconds; the database's log tells how many statements
it was sent meanwhile. Every tenth migration has failed before, so that the ledger has more rows than that.
"""

import http.client
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import json

import postgres
from deployment import Deployment, ended, wait_until
from postgres import free_port

MIGRATIONS = 10_000
A_SECOND = 100
CLIENTS = 8
STATEMENT = "SELECT 1 AS something_to_be_applied;"
LAST = MIGRATIONS - 1
FILL = f"""
    INSERT INTO __drizzle_migrations
    SELECT to_char(n, 'FM0000') || '_m', '', now() - interval '1 s' * ({MIGRATIONS} - n)
    FROM generate_series(0, {LAST}) AS n;
    INSERT INTO __ccm_runs (
        migration, hash, contract, status, statements_done, statements_total, statement, message,
        started_at, finished_at, pod, host, version, run_started_at
    )
    SELECT
        to_char(n, 'FM0000') || '_m', repeat('a', 64), false, status, 1, 1,
        CASE status WHEN 'failed' THEN repeat('SELECT 1; ', 100) END, CASE status WHEN 'failed' THEN 'no' END,
        now() - interval '2 s', now() - interval '1 s',
        'pod-' || n / 10, 'node', '0.1.0', now() - interval '1 h' * (1000 - n / 10)
    FROM generate_series(0, {LAST}) AS n,
        unnest(CASE WHEN n % 10 = 0 THEN '{{failed,applied}}'::text[] ELSE '{{applied}}' END) AS status;
    ANALYZE;
"""


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as home, postgres.running(18, log_statement="all") as server:
        deployment = Deployment(home=Path(home), server=server, database="postgres")
        write_migrations(deployment)
        port = free_port()
        exporter = deployment.start("exporter", CCM_METRICS_PORT=str(port), CCM_DRIFT_INTERVAL="0")
        try:
            wait_until(lambda: "ccm_migrations_applied 10000.0" in scrape(port)[1])
            alone = [scrape(port)[0] for _ in range(100)]
            before, started = statements(server), time.perf_counter()
            together = hurried(port, seconds)
            took, sent = time.perf_counter() - started, statements(server) - before
        finally:
            exporter.terminate()
            ended(exporter)
    print("| scrapes | median | 99 % | slowest |\n|---|---|---|---|")
    for name, times in {"one at a time": alone, f"{len(together) / took:.0f} a second": together}.items():
        print(f"| {name} | {' | '.join(f'{figure:.1f} ms' for figure in spread(times))} |")
    print(f"\nstatements that the database was sent meanwhile: {sent} in {took:.0f} s, {sent / took:.2f} a second")


def write_migrations(deployment: Deployment) -> None:
    """The first is applied by a real run, which makes the tables; the others are filled in."""
    deployment.write("0000_m", STATEMENT)
    assert deployment.deploy().returncode == 0
    deployment.sql("TRUNCATE __drizzle_migrations, __ccm_runs")
    deployment.sql(FILL)
    tags = [f"{number:04}_m" for number in range(MIGRATIONS)]
    folder = deployment.home / "migrations"
    (folder / "meta" / "_journal.json").write_text(json.dumps({"entries": [{"tag": tag} for tag in tags]}))
    for tag in tags:
        (folder / f"{tag}.sql").write_text(STATEMENT)


def scrape(port: int) -> tuple[float, str]:
    """How long it took, in milliseconds, on a connection of its own; and what was read."""
    started = time.perf_counter()
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request("GET", "/metrics")
        text = client.getresponse().read().decode()
    except ConnectionError:
        text = ""
    finally:
        client.close()
    return (time.perf_counter() - started) * 1000, text


def hurried(port: int, seconds: int) -> list[float]:
    """So many scrapes a second, however long each takes."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        started, sent = time.perf_counter(), []
        for number in range(seconds * A_SECOND):
            time.sleep(max(0, started + number / A_SECOND - time.perf_counter()))
            sent.append(pool.submit(scrape, port))
        return [one.result()[0] for one in sent]


def statements(server: postgres.Server) -> int:
    return (server.home / "log").read_text().count("LOG:  ")


def spread(times: list[float]) -> tuple[float, float, float]:
    return statistics.median(times), statistics.quantiles(times, n=100)[98], max(times)


if __name__ == "__main__":
    main()
