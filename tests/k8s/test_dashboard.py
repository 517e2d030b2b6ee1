"""The dashboard shows every metric there is, by queries that mean something to Prometheus."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from ccm_deploy import metrics
from k8s.manifests import K8S, Json
from k8s.prometheus import installed

DASHBOARD: Json = json.loads((K8S / "components/monitoring/dashboard.json").read_text())
PANELS: dict[str, Json] = {panel["title"]: panel for panel in DASHBOARD["panels"] if panel["type"] != "row"}
EXPRESSIONS = [target["expr"] for panel in PANELS.values() for target in panel["targets"]]
VARIABLES = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
METRICS = {metric.name: metric for metric in metrics.METRICS}
FROM_PROMETHEUS = {"namespace", "job", "instance"}
"""The labels that Prometheus adds to each series."""
UNITS = {
    "_seconds": {"s"},
    "_timestamp_seconds": {"dateTimeFromNow", "s"},
    "_total": {"short", "ops"},
}
WIDTH = 24

each_panel = pytest.mark.parametrize("title", PANELS)


def filled(expression: str) -> str:
    """As Grafana sends it, with all of each variable."""
    return expression.replace("$__rate_interval", "5m").replace("$namespace", ".*").replace("$job", ".*")


def test_it_shows_every_metric_and_no_other() -> None:
    assert {name for expression in EXPRESSIONS for name in re.findall(r"\bccm_\w+", expression)} == METRICS.keys()


def test_every_panel_shows_something_where_there_is_everything(tmp_path: Path) -> None:
    """By Prometheus' own account: `absent` of an expression that has a value is nothing."""
    series = [
        {"series": f"{metric.name}{{{labelled(*FROM_PROMETHEUS, *metric.labels)}}}", "values": "1x5"}
        for metric in metrics.METRICS
    ]
    asked = [{"expr": f"absent({filled(text)})", "eval_time": "5m", "exp_samples": []} for text in EXPRESSIONS]
    case = {"interval": "1m", "input_series": series, "promql_expr_test": asked}
    (tmp_path / "test.yaml").write_text(json.dumps({"evaluation_interval": "1m", "tests": [case]}))
    command = [installed("promtool"), "test", "rules", "test.yaml"]
    done = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def labelled(*labels: str) -> str:
    return ", ".join(f'{label}="some"' for label in labels)


@each_panel
def test_a_panel_asks_for_labels_that_its_metrics_have(title: str) -> None:
    for target in PANELS[title]["targets"]:
        own = {label for name in re.findall(r"\bccm_\w+", target["expr"]) for label in METRICS[name].labels}
        grouped = {label for labels in re.findall(r"\bby \((.*?)\)", target["expr"]) for label in labels.split(", ")}
        shown = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
        assert grouped <= own | FROM_PROMETHEUS
        assert shown <= grouped


@each_panel
def test_a_panel_is_of_the_source_and_the_job_that_were_chosen(title: str) -> None:
    panel = PANELS[title]
    for asked in (panel, *panel["targets"]):
        assert asked["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    for target in panel["targets"]:
        for _, chosen in re.findall(r"\b(ccm_\w+)({[^}]*})?", target["expr"]):
            assert chosen == '{namespace=~"$namespace", job=~"$job"}'


@each_panel
def test_a_panel_has_the_unit_of_its_metrics(title: str) -> None:
    unit = PANELS[title]["fieldConfig"]["defaults"]["unit"]
    for name in re.findall(r"\bccm_\w+", " ".join(target["expr"] for target in PANELS[title]["targets"])):
        suffix = next((suffix for suffix in sorted(UNITS, key=len, reverse=True) if name.endswith(suffix)), None)
        assert unit in (UNITS[suffix] if suffix else {"short", "percentunit"})


def test_what_only_runs_show_is_said_to_be_of_runs() -> None:
    for panel in PANELS.values():
        names = {name for target in panel["targets"] for name in re.findall(r"\bccm_\w+", target["expr"])}
        only_of_runs = any(not METRICS[name].exporter for name in names)
        assert ("Shown by runs alone" in panel["description"]) is only_of_runs, panel["title"]


def test_grafana_asks_which_source_namespace_and_job() -> None:
    assert [variable["type"] for variable in VARIABLES.values()] == ["datasource", "query", "query"]
    assert list(VARIABLES) == ["datasource", "namespace", "job"]
    for name in ("namespace", "job"):
        assert re.findall(r"\bccm_\w+", VARIABLES[name]["definition"]) == [metrics.BUILD.name]


def test_it_has_a_row_for_each_question() -> None:
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
    assert rows == ["State now", "Last run", "How long migrations take", "Lock", "Progress", "Exporter"]


def test_no_two_panels_are_in_the_same_place() -> None:
    taken = list[tuple[int, int]]()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= WIDTH
        taken += [(place["x"] + right, place["y"] + down) for right in range(place["w"]) for down in range(place["h"])]
    assert len(taken) == len(set(taken))


def test_every_panel_has_a_number_of_its_own() -> None:
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(numbers) == len(set(numbers))
    assert len(PANELS) == len([panel for panel in DASHBOARD["panels"] if panel["type"] != "row"])
