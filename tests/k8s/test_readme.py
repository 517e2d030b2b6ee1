"""k8s/README.md is true: its commands and snippets are run, as far as that goes without a cluster."""

import base64
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ccm_daemon import cli
from ccm_deploy import lock, outlets
from deployment import COMMAND, Deployment
from k8s.manifests import (
    COMBINATIONS,
    K8S,
    README,
    VERSIONS,
    Json,
    base,
    containers,
    each_container,
    fenced,
    in_the_readme,
    kustomize,
    name,
    objects,
    of_kind,
    problem,
    variables,
)
from k8s.prometheus import installed
from postgres import Server

RULES = K8S / "components/monitoring/prometheusrule.yaml"
SHELL = "\n".join(fenced("sh"))
URL = "postgresql://migrator:secret@db.example.com:5432/app"
SPOKEN = README + RULES.read_text()
"""What people are told to run: in the README, and by the alerts."""

HOOKS = {
    "argocd.argoproj.io/hook": "PreSync",
    "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
    "helm.sh/hook": "pre-install,pre-upgrade",
    "helm.sh/hook-weight": "0",
    "helm.sh/hook-delete-policy": "before-hook-creation",
}


def line(beginning: str) -> str:
    """The one line of its shell commands that begins so."""
    (found,) = [each for each in SHELL.splitlines() if each.startswith(beginning)]
    return found


def shell(script: str, cwd: Path, **variables: str) -> str:
    command = ["sh", "-e", "-c", script]
    given = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(command, cwd=cwd, env=given, text=True, capture_output=True, check=True).stdout


# -- files and names ------------------------------------------------------------------


def test_links_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    for link in re.findall(r"\]\((.+?)\)", README):
        path, _, anchor = link.partition("#")
        assert (K8S / path).exists(), link
        assert path or anchor in headings, link


def test_the_table_lists_every_folder() -> None:
    listed = re.findall(r"^\| \[.+?\]\((.+?)\) \|", README, re.MULTILINE)
    assert set(listed) == {"base"} | {
        str(path.relative_to(K8S)) for room in ("components", "overlays") for path in (K8S / room).iterdir()
    }


def test_every_path_in_a_command_exists() -> None:
    words = shlex.split(SHELL, comments=True)
    assert {word for word in words if word.startswith("k8s/") and not (K8S.parent / word).exists()} == set()


def test_every_object_and_container_that_it_names_exists() -> None:
    things = [thing for what in COMBINATIONS for thing in objects(what)]
    there = {name(thing).lower() for thing in things}
    assert {n for n in re.findall(r"\b(?:deployment|service)/[a-z-]+", SPOKEN) if n not in there} == set()
    named = {container["name"] for _, container in each_container(things)}
    assert set(re.findall(r"--container (\w+)", SPOKEN)) <= named
    namespaces = {thing["metadata"].get("namespace") for thing in things}
    assert set(re.findall(r"--namespace ([a-z-]+)", SPOKEN)) <= namespaces


def test_every_command_of_ccm_daemon_exists() -> None:
    said = subprocess.run([COMMAND, "--help"], text=True, capture_output=True, check=True).stdout
    offered = set(re.findall(r"^    (\w+) ", said, re.MULTILINE))
    assert (
        {"deploy", "wait", "exporter", "status"}
        <= set(re.findall(r"(?:`|-- |: |oui )ccm-daemon ([a-z]+)\b", SPOKEN))
        <= offered
    )


def test_every_status_is_one_that_there_is() -> None:
    statuses = {0, *(status for _, status in cli.STATUSES), cli.SIGNALLED + signal.SIGTERM}
    said = re.findall(r"\b[Ss]tatus (\d+)", README)
    listed = re.findall(r"(\d+) (?:settings|not confirmed|no database|the lock|a migration|the history|waited)", README)
    assert {int(status) for status in (*said, *listed)} <= statuses
    assert len(listed) == 7


def test_the_times_are_those_of_the_code() -> None:
    assert f"the lock is free within {lock.RELEASE_WITHIN:g} s" in README
    assert f"it has pushed within {outlets.PUSH_WITHIN:g} s" in README


# -- snippets of YAML ------------------------------------------------------------------


def test_every_block_of_yaml_is_looked_at() -> None:
    kinds = [
        document.get("kind") or next(iter(document))
        for block in fenced("yaml")
        for document in yaml.safe_load_all(block)
    ]
    assert kinds == ["Job", "Job", "Kustomization", "scrape_configs"]


@pytest.mark.parametrize("job", in_the_readme(), ids=["argo", "helm"])
def test_the_job_of_a_hook_is_that_of_the_component(job: Json) -> None:
    """But for how it is replaced, and the environment, which is spelled out."""
    (component,) = of_kind(objects(base("job")), "Job").values()
    removed = {"ttlSecondsAfterFinished", "template"}
    assert job["spec"].keys() == component["spec"].keys() - {"ttlSecondsAfterFinished"}
    assert all(job["spec"][key] == component["spec"][key] for key in component["spec"].keys() - removed)
    shown, real = job["spec"]["template"], component["spec"]["template"]
    assert {**shown["spec"], "containers": ()} == {**real["spec"], "containers": ()}
    (one,), (other,) = containers(shown), containers(real)
    different = {"env", "envFrom", "image", "terminationMessagePath"}
    assert one.keys() - different == other.keys() - different
    assert all(one[key] == other[key] for key in one.keys() - different)
    assert variables(one).items() >= variables(other).items()
    assert variables(one).keys() - variables(other).keys() == {"CCM_OUT"}


def test_hooks_are_always_hooks_whose_logs_stay() -> None:
    annotations = [job["metadata"]["annotations"] for job in in_the_readme()]
    assert {key: value for each in annotations for key, value in each.items()} == HOOKS


def test_the_text_file_is_written_to_a_folder_of_the_node(tmp_path: Path) -> None:
    installed("kubectl")
    (block,) = [block for block in fenced("yaml") if "kind: Kustomization" in block]
    shutil.copytree(K8S, tmp_path / "k8s")
    (tmp_path / "k8s/textfile").mkdir()
    (tmp_path / "k8s/textfile/kustomization.yaml").write_text(block)
    things = kustomize(tmp_path / "k8s/textfile")
    assert [problem(thing, version) for thing in things for version in VERSIONS] == [None] * len(things) * 3
    migrate = dict(each_container(things))["Deployment/app/migrate"]
    (mount,) = migrate["volumeMounts"]
    assert variables(migrate)["CCM_METRICS_FILE"]["value"].startswith(f"{mount['mountPath']}/")


POD = ("phase", "container_init", "container_name", "container_port_name")
SCRAPED = {
    "an init container at work": (("Pending", "true", "migrate", "metrics"), True),
    "an init container that is through": (("Running", "true", "migrate", "metrics"), False),
    "a Job at work": (("Running", "false", "migrate", "metrics"), True),
    "a Job that is through": (("Succeeded", "false", "migrate", "metrics"), False),
    "the application": (("Running", "false", "app", "http"), False),
    "a sidecar, which has a Service": (("Running", "true", "exporter", "metrics"), False),
}


def test_prometheus_scrapes_runs_while_they_last(tmp_path: Path) -> None:
    """What Kubernetes says of pods stands in the file: Debian's Prometheus does not know how to ask it."""
    (block,) = [block for block in fenced("yaml") if block.startswith("scrape_configs:")]
    config = yaml.safe_load(block)
    (job,) = config["scrape_configs"]
    assert job.pop("kubernetes_sd_configs") == [{"role": "pod"}]
    job["static_configs"] = [
        {
            "targets": [f"10.0.0.{number}:9464"],
            "labels": {f"__meta_kubernetes_pod_{label}": said for label, said in zip(POD, pod, strict=True)}
            | {"__meta_kubernetes_namespace": "app", "__meta_kubernetes_pod_name": "app-1"},
        }
        for number, (pod, _) in enumerate(SCRAPED.values())
    ]
    (tmp_path / "prometheus.yml").write_text(json.dumps(config))
    installed("promtool")
    command = f"promtool check service-discovery --timeout=1s prometheus.yml {job['job_name']}"
    found = [target["labels"] for target in json.loads(shell(command, tmp_path))]
    kept = {labels["instance"]: (labels["namespace"], labels["pod"]) for labels in found if labels}
    assert kept == {
        f"10.0.0.{number}:9464": ("app", "app-1") for number, (_, wanted) in enumerate(SCRAPED.values()) if wanted
    }


# -- commands --------------------------------------------------------------------------


def test_the_rules_are_had_without_the_operator(tmp_path: Path) -> None:
    (tmp_path / "k8s").symlink_to(K8S)
    shell(line("sed "), tmp_path)
    (made,) = tmp_path.glob("*.yaml")
    assert yaml.safe_load(made.read_text()) == yaml.safe_load(RULES.read_text())["spec"]
    installed("promtool")
    assert "SUCCESS" in shell(f"promtool check rules {made.name}", tmp_path)


MESSAGE = {"event": "failed", "status": 6}
STATES: dict[str, Json] = {
    "it waits to be tried again": {
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"exitCode": 6, "message": json.dumps(MESSAGE)}},
    },
    "it has just failed": {"state": {"terminated": {"exitCode": 6, "message": json.dumps(MESSAGE)}}, "lastState": {}},
}


@pytest.mark.parametrize("status", STATES.values(), ids=STATES)
def test_how_a_run_ended_is_found_in_its_pod(status: Json, tmp_path: Path) -> None:
    installed("kubectl")
    sidecar = {"name": "exporter", "state": {"running": {}}, "lastState": {"terminated": {"message": "another's"}}}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "app"},
        "status": {"initContainerStatuses": [sidecar, {"name": "migrate", **status}]},
    }
    (tmp_path / "pod.json").write_text(json.dumps(pod))
    command = line("kubectl get pod ").replace("kubectl get pod POD", "kubectl label --local -f pod.json found=yes")
    assert json.loads(shell(command, tmp_path)) == MESSAGE


def test_the_secret_is_made_as_the_manifests_want_it(tmp_path: Path) -> None:
    installed("kubectl")
    command = line("printf ") + " --dry-run=client --output json"
    made = json.loads(shell(command, tmp_path, DATABASE_URL_PROD=URL, HOME=str(tmp_path)))
    migrate = dict(each_container(objects(base())))["Deployment/app/migrate"]
    wanted = variables(migrate)["DATABASE_URL_PROD"]["valueFrom"]["secretKeyRef"]
    assert made["metadata"]["name"] == wanted["name"]
    assert base64.b64decode(made["data"][wanted["key"]]).decode() == URL


# -- rights ----------------------------------------------------------------------------


def test_the_reader_may_look_and_do_nothing_else(
    tmp_path: Path, server18: Server, create_database: Callable[[Server], str]
) -> None:
    owner = Deployment(home=tmp_path, server=server18, database=create_database(server18))
    owner.write("0000_member", "CREATE TABLE member (id integer PRIMARY KEY);")
    assert owner.deploy().returncode == 0
    (script,) = fenced("sql")
    role, grants = script.replace("DATABASE app", f"DATABASE {owner.database}").split("\n", 1)
    reader = {"DATABASE_URL_PROD": owner.url.replace("postgres@", "ccm_reader@"), "CONFIRM_PROD": ""}
    owner.sql(role)
    try:
        assert owner.run("wait", CCM_WAIT_TIMEOUT="1", **reader).returncode == 2
        owner.sql(grants)
        assert owner.run("wait", CCM_WAIT_TIMEOUT="1", **reader).returncode == 0
        assert owner.run("status", USE_PROD_DB="true", **reader).returncode == 0
        owner.write("0001_more", "CREATE TABLE more ();")
        assert owner.deploy(**{**reader, "CONFIRM_PROD": "oui"}).returncode == 2
        tables = "'__ccm_runs', 'INSERT, UPDATE, DELETE, TRUNCATE'"
        assert owner.sql(f"SELECT has_table_privilege('ccm_reader', {tables})") == "f"
        assert owner.sql("SELECT has_table_privilege('ccm_reader', 'member', 'SELECT')") == "f"
    finally:
        owner.sql("DROP OWNED BY ccm_reader; DROP ROLE ccm_reader")
