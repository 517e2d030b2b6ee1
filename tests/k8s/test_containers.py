"""What each container is: without privileges, of one release, and told what ccm-daemon understands."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from http.client import HTTPConnection

import pytest

from ccm_deploy import environment, lock, outlets
from ccm_engine import errors
from deployment import COMMAND, wait_until
from k8s.manifests import (
    BASE,
    COMBINATIONS,
    DEV,
    K8S,
    PROD,
    ROOT,
    Combination,
    base,
    combined,
    command,
    containers,
    each_container,
    everywhere,
    found,
    objects,
    of_kind,
    pods,
    running,
    secret,
    settings,
    variables,
)
from postgres import free_port

sidecars = pytest.mark.parametrize("combination", [c for c in COMBINATIONS if "sidecar" in c.components], ids=str)
jobs = pytest.mark.parametrize("combination", [c for c in COMBINATIONS if "job" in c.components], ids=str)

SOURCES = "\n".join(path.read_text() for room in ("engine", "deploy", "daemon") for path in (ROOT / room).rglob("*.py"))
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
A_DAY = 86400


# -- privileges -------------------------------------------------------------------------


@everywhere
def test_no_pod_runs_as_root_or_without_seccomp(what: Combination | str) -> None:
    for pod in pods(found(what)).values():
        context = pod["spec"]["securityContext"]
        assert context["runAsNonRoot"] is True
        assert context["runAsUser"] > 0
        assert context["runAsGroup"] > 0
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}


@everywhere
def test_no_container_may_gain_privileges_or_write_to_its_image(what: Combination | str) -> None:
    for _, container in each_container(found(what)):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@everywhere
def test_what_may_be_written_to_is_thrown_away_with_the_pod(what: Combination | str) -> None:
    for pod in pods(found(what)).values():
        assert {kind for volume in pod["spec"].get("volumes", []) for kind in volume.keys() - {"name"}} <= {"emptyDir"}


@everywhere
def test_no_pod_has_the_token_of_an_account_or_variables_of_services(what: Combination | str) -> None:
    for pod in pods(found(what)).values():
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["enableServiceLinks"] is False


def test_the_throwaway_namespace_has_kubernetes_judge_that_too() -> None:
    (namespace,) = of_kind(objects(DEV), "Namespace").values()
    assert namespace["metadata"]["labels"] == {"pod-security.kubernetes.io/enforce": "restricted"}


@everywhere
def test_every_container_says_what_it_needs_and_none_is_throttled(what: Combination | str) -> None:
    for _, container in each_container(found(what)):
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert container["resources"]["limits"].keys() == {"memory"}


@everywhere
def test_every_image_has_a_tag_that_stays(what: Combination | str) -> None:
    for _, container in each_container(found(what)):
        path, _, tag = container["image"].rpartition(":")
        assert path
        assert "/" not in tag
        assert tag != "latest"


# -- who changes production --------------------------------------------------------------


@everywhere
def test_production_is_confirmed_where_migrations_are_applied_and_nowhere_else(what: Combination | str) -> None:
    things = found(what)
    confirmed = {where for where, container in each_container(things) if "CONFIRM_PROD" in variables(container)}
    assert confirmed == running(things, "deploy").keys()
    assert not any("CONFIRM_PROD" in config["data"] for config in of_kind(things, "ConfigMap").values())


@everywhere
def test_whoever_only_reads_has_a_url_of_its_own(what: Combination | str) -> None:
    things = found(what)
    readers = running(things, "wait", "exporter")
    for where, container in running(things, "deploy", "wait", "exporter").items():
        assert secret(container).startswith("database-reader") is (where in readers), where


@combined
def test_the_application_and_what_migrates_are_one_release(combination: Combination) -> None:
    things = objects(combination)
    images = {container["image"] for where, container in each_container(things) if where == "Deployment/app/app"}
    assert {container["image"] for container in running(things, "deploy", "wait", "exporter").values()} == images


@jobs
def test_beside_a_job_the_pods_only_wait(combination: Combination) -> None:
    things = objects(combination)
    assert running(things, "deploy").keys() == {"Job/migrate/migrate"}
    assert running(things, "wait").keys() == {"Deployment/app/migrate"}


def test_pods_may_wait_for_whoever_migrates() -> None:
    things = objects(base("wait"))
    assert running(things, "deploy", "wait").keys() == {"Deployment/app/migrate"}
    assert running(things, "deploy") == {}


def test_without_a_job_the_pods_migrate() -> None:
    assert running(objects(PROD), "deploy").keys() == {"Deployment/app/migrate"}


# -- time ---------------------------------------------------------------------------------


@everywhere
def test_every_run_has_time_to_roll_back_and_to_push(what: Combination | str) -> None:
    for pod in pods(found(what)).values():
        if "deploy" in map(command, containers(pod)):
            assert pod["spec"]["terminationGracePeriodSeconds"] > lock.RELEASE_WITHIN + outlets.PUSH_WITHIN


@combined
def test_a_failing_migration_takes_nothing_down(combination: Combination) -> None:
    spec = of_kind(objects(combination), "Deployment")["app"]["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


@combined
def test_no_rollout_is_given_up_while_pods_wait_for_each_other(combination: Combination) -> None:
    things = objects(combination)
    patience = [(each.connect_timeout or 0) + each.lock_timeout for each in settings(things).values()]
    assert of_kind(things, "Deployment")["app"]["spec"]["progressDeadlineSeconds"] > max(patience)


@everywhere
def test_only_a_job_is_ended_by_a_deadline(what: Combination | str) -> None:
    """In a Deployment's template the API server refuses it, which the schemas do not know."""
    things = found(what)
    assert not any("activeDeadlineSeconds" in pod["spec"] for pod in pods(things).values())
    assert all(job["spec"]["activeDeadlineSeconds"] for job in of_kind(things, "Job").values())


@everywhere
def test_a_job_gives_up_at_last_and_keeps_its_logs(what: Combination | str) -> None:
    for job in of_kind(found(what), "Job").values():
        assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"
        assert job["spec"]["backoffLimit"] in range(1, 6)
        assert job["spec"].get("ttlSecondsAfterFinished", A_DAY) >= A_DAY


# -- probes and sidecars --------------------------------------------------------------------


def probed(what: Combination | str) -> dict[str, set[str]]:
    """The paths that the kubelet asks each container for."""
    probes = {where: [c[probe] for probe in PROBES if probe in c] for where, c in each_container(found(what))}
    return {where: {each["httpGet"]["path"] for each in asked if "httpGet" in each} for where, asked in probes.items()}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of an exporter whose database is away."""
    home, port = tmp_path_factory.mktemp("exporter"), free_port()
    shutil.copytree(ROOT / "migrations", home / "migrations")
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    given = {"PATH": os.environ["PATH"], "DATABASE_URL_PROD": url, "CCM_METRICS_PORT": str(port)}
    process = subprocess.Popen([COMMAND, "exporter"], cwd=home, env=given, stderr=subprocess.DEVNULL)
    wait_until(lambda: answer(port, "/healthz") == HTTPStatus.OK)
    yield port
    process.terminate()
    process.wait(timeout=20)


def answer(port: int, path: str) -> int | None:
    client = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request("GET", path)
        return client.getresponse().status
    except ConnectionError:
        return None
    finally:
        client.close()


def test_the_exporter_answers_every_probe(port: int) -> None:
    exporters = {
        path for what in COMBINATIONS for where in running(objects(what), "exporter") for path in probed(what)[where]
    }
    assert {path: answer(port, path) for path in exporters} == {
        "/healthz": HTTPStatus.OK,
        "/readyz": HTTPStatus.SERVICE_UNAVAILABLE,
    }
    assert answer(port, "/somewhere") == HTTPStatus.NOT_FOUND


@everywhere
def test_what_does_not_serve_is_not_probed(what: Combination | str) -> None:
    things = found(what)
    others = {where: paths for where, paths in probed(what).items() if where not in running(things, "exporter")}
    assert {where for where, paths in others.items() if paths} <= {"Deployment/pushgateway/pushgateway"}


@sidecars
def test_a_sidecar_serves_before_the_migrations_and_does_not_judge_the_application(combination: Combination) -> None:
    things = objects(combination)
    sidecar, migrate = pods(things)["Deployment/app"]["spec"]["initContainers"]
    assert (sidecar["restartPolicy"], command(sidecar)) == ("Always", "exporter")
    assert sidecar["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert "readinessProbe" not in sidecar
    assert "restartPolicy" not in migrate
    assert settings(things)["Deployment/app/migrate"].metrics_port == 0


# -- settings -------------------------------------------------------------------------------


@everywhere
def test_every_setting_is_one_that_ccm_daemon_takes(what: Combination | str) -> None:
    for each in settings(found(what)).values():
        assert str(each.out) == "/app/migrations"
        assert each.production_url is not None
        assert each.pod == "given"


def test_a_setting_that_is_wrong_would_be_noticed() -> None:
    things = deepcopy(objects(BASE))
    (config,) = of_kind(things, "ConfigMap").values()
    config["data"]["CCM_LOCK_TIMEOUT"] = "5m"
    with pytest.raises(errors.SettingInvalid):
        settings(things)


@everywhere
def test_every_variable_is_one_that_is_read(what: Combination | str) -> None:
    things = found(what)
    ours = running(things, "deploy", "wait", "exporter").values()
    given = {name for container in ours for name in variables(container)}
    given |= {name for config in of_kind(things, "ConfigMap").values() for name in config["data"] if name.isupper()}
    assert {name for name in given if f'"{name}"' not in SOURCES} == set()


def test_no_other_variable_is_spoken_of() -> None:
    texts = [path.read_text() for path in K8S.rglob("*") if path.suffix in {".yaml", ".md", ".json"}]
    spoken_of = {name for text in texts for name in re.findall(r"\bCCM_[A-Z_]+[A-Z]\b", text)}
    assert {name for name in spoken_of if f'"{name}"' not in SOURCES} == set()


@everywhere
def test_how_a_run_ended_is_in_the_termination_message(what: Combination | str) -> None:
    for where, container in running(found(what), "deploy", "wait").items():
        assert container["terminationMessagePolicy"] == "FallbackToLogsOnError", where
        path = container.get("terminationMessagePath", "/dev/termination-log")  # Kubernetes' default
        assert path == str(environment.read({}).termination_log), where


@everywhere
def test_the_port_of_the_metrics_is_the_one_that_is_named(what: Combination | str) -> None:
    things = found(what)
    for where, container in running(things, "deploy", "exporter").items():
        ports = [port["containerPort"] for port in container.get("ports") or []]
        assert ports == [port for port in [settings(things)[where].metrics_port] if port], where
