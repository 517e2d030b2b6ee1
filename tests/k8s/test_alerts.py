"""The alerts fire when they should and only then, by Prometheus' own account, and say what to do."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ccm_deploy import metrics
from k8s.manifests import K8S, README, ROOT, Json
from k8s.prometheus import installed

RULES = yaml.safe_load((K8S / "components/monitoring/prometheusrule.yaml").read_text())["spec"]
ALERTS = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
TESTS = Path(__file__).with_name("alerts_test.yaml")
METRICS = {metric.name: metric for metric in metrics.METRICS}

each_alert = pytest.mark.parametrize("alert", ALERTS)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """What the operator makes of the PrometheusRule: a file of rules."""
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(RULES))  # which is YAML as well
    return path


def promtool(*words: str, cwd: Path) -> str:
    """What it says; the test fails where it finds fault."""
    done = subprocess.run([installed("promtool"), *words], cwd=cwd, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_understands_them(rules: Path) -> None:
    said = promtool("check", "rules", "--lint=all", "--lint-fatal", rules.name, cwd=rules.parent)
    assert f"{len(ALERTS)} rules found" in said


def test_they_fire_when_they_should_and_only_then(rules: Path) -> None:
    (rules.parent / TESTS.name).write_text(TESTS.read_text())
    assert "SUCCESS" in promtool("test", "rules", TESTS.name, cwd=rules.parent)


def cases() -> Iterator[Json]:
    yield from (case for test in yaml.safe_load(TESTS.read_text())["tests"] for case in test.get("alert_rule_test", []))


def test_each_alert_is_seen_to_fire_with_all_that_it_says() -> None:
    assert {case["alertname"] for case in cases() if case["exp_alerts"]} == ALERTS.keys()


@each_alert
def test_an_alert_asks_for_metrics_that_the_exporter_shows(alert: str) -> None:
    named = set(re.findall(r"\bccm_\w+", ALERTS[alert]["expr"]))
    assert named
    assert {name for name in named if name not in METRICS or not METRICS[name].exporter} == set()


@each_alert
def test_an_alert_asks_for_labels_that_there_are(alert: str) -> None:
    """Those of the metric, and what Prometheus adds to each."""
    expression = ALERTS[alert]["expr"]
    own = {label for name in re.findall(r"\bccm_\w+", expression) for label in METRICS[name].labels}
    grouped = {label for labels in re.findall(r"\b(?:by|on) \((.*?)\)", expression) for label in labels.split(", ")}
    matched = set(re.findall(r"(\w+)=~?\"", expression))
    assert grouped | matched <= own | {"namespace", "job", "instance", ""}


@each_alert
def test_an_alert_says_what_to_do(alert: str) -> None:
    said = ALERTS[alert]["annotations"]
    assert said.keys() == {"summary", "description", "runbook"}
    assert re.search(r"\b(kubectl|ccm-daemon|psql) ", said["description"])
    assert ALERTS[alert]["labels"].keys() == {"severity"}
    assert ALERTS[alert]["labels"]["severity"] in {"critical", "warning"}


@each_alert
def test_the_runbook_has_a_heading_for_it(alert: str) -> None:
    path, _, anchor = ALERTS[alert]["annotations"]["runbook"].partition("#")
    assert (ROOT / path).read_text() == README
    assert f"\n### {alert}\n" in README
    assert anchor == alert.lower()


def test_the_runbook_has_no_heading_of_an_alert_that_is_gone() -> None:
    assert set(re.findall(r"^### (Ccm\w+)$", README, re.MULTILINE)) == ALERTS.keys()
