"""The manifests say what Kubernetes understands, and their parts fit together."""

from copy import deepcopy

import pytest

from k8s.manifests import (
    BASE,
    DEV,
    EVERYTHING,
    K8S,
    PROD,
    VERSIONS,
    Combination,
    Json,
    base,
    combined,
    containers,
    each_container,
    everywhere,
    found,
    name,
    objects,
    of_kind,
    pods,
    problem,
    running,
    selected,
    selects,
    without_schema,
)

OF_THE_OPERATOR = {"PrometheusRule", "ServiceMonitor"}


@pytest.mark.parametrize("version", VERSIONS)
@everywhere
def test_every_object_is_valid(what: Combination | str, version: str) -> None:
    """But for what the Prometheus operator brings along, whose shape is looked at below."""
    things = found(what)
    kinds = {thing["kind"] for thing in things}
    assert without_schema(things, version) == kinds & OF_THE_OPERATOR
    problems = {name(thing): problem(thing, version) for thing in things if thing["kind"] not in OF_THE_OPERATOR}
    assert {thing: said for thing, said in problems.items() if said} == {}


def test_three_versions_are_looked_at_one_after_the_other() -> None:
    minors = [int(version.split(".")[1]) for version in VERSIONS]
    assert minors == list(range(minors[0], minors[0] + 3))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_misspelt_field_would_be_noticed(version: str) -> None:
    (deployment,) = of_kind(objects(BASE), "Deployment").values()
    wrong = deepcopy(deployment)
    wrong["spec"]["template"]["spec"]["containers"][0]["securityContext"]["readOnlyRootFileSystem"] = True
    assert "readOnlyRootFileSystem" in str(problem(wrong, version))


@combined
def test_no_two_objects_have_the_same_name(combination: Combination) -> None:
    names = [name(thing) for thing in objects(combination)]
    assert len(names) == len(set(names))


@combined
def test_service_monitors_find_services_and_their_ports(combination: Combination) -> None:
    things = objects(combination)
    for monitor in of_kind(things, "ServiceMonitor").values():
        assert monitor["apiVersion"] == "monitoring.coreos.com/v1"
        assert monitor["spec"].keys() == {"selector", "endpoints"}
        for endpoint in monitor["spec"]["endpoints"]:
            assert endpoint.keys() <= {"port", "path", "interval", "honorLabels"}
            for service in monitored(things, monitor):
                assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}


def monitored(things: tuple[Json, ...], monitor: Json) -> list[Json]:
    services = of_kind(things, "Service").values()
    return [service for service in services if selects(monitor["spec"]["selector"], service["metadata"]["labels"])]


def test_each_service_monitor_has_one_service_to_find() -> None:
    things = objects(EVERYTHING)
    monitors = of_kind(things, "ServiceMonitor")
    assert {name: len(monitored(things, monitor)) for name, monitor in monitors.items()} == {
        "ccm-daemon": 1,
        "pushgateway": 1,
    }


def test_the_prometheus_rule_is_one_group_of_alerts() -> None:
    (rule,) = of_kind(objects(PROD), "PrometheusRule").values()
    assert rule["apiVersion"] == "monitoring.coreos.com/v1"
    assert rule["spec"].keys() == {"groups"}
    (group,) = rule["spec"]["groups"]
    assert group.keys() == {"name", "rules"}
    for alert in group["rules"]:
        assert alert.keys() - {"for"} == {"alert", "expr", "labels", "annotations"}


@combined
def test_every_selector_finds_pods(combination: Combination) -> None:
    things = objects(combination)
    for thing in things:
        match thing:
            case {"kind": "Service"}:
                assert selected(things, {"matchLabels": thing["spec"]["selector"]}), name(thing)
            case {"kind": "Deployment" | "PodDisruptionBudget"}:
                assert selected(things, thing["spec"]["selector"]), name(thing)


@combined
def test_every_service_leads_to_a_port(combination: Combination) -> None:
    things = objects(combination)
    for service in of_kind(things, "Service").values():
        for pod in selected(things, {"matchLabels": service["spec"]["selector"]}).values():
            ports = {port["name"]: port["containerPort"] for c in containers(pod) for port in c.get("ports") or []}
            assert {port["targetPort"] for port in service["spec"]["ports"]} <= {*ports, *ports.values()}
            annotated = service["metadata"].get("annotations", {}).get("prometheus.io/port")
            assert annotated is None or int(annotated) in ports.values()


@combined
def test_the_port_of_a_sidecar_goes_by_its_number(combination: Combination) -> None:
    """Services did not find those of init containers by name before Kubernetes 1.32."""
    things = objects(combination)
    for service in of_kind(things, "Service").values():
        for pod in selected(things, {"matchLabels": service["spec"]["selector"]}).values():
            ports = {port["name"] for c in pod["spec"].get("initContainers", []) for port in c.get("ports") or []}
            assert ports.isdisjoint(port["targetPort"] for port in service["spec"]["ports"])


@everywhere
def test_no_two_containers_of_a_pod_want_the_same_port(what: Combination | str) -> None:
    for pod in pods(found(what)).values():
        ports = [port["containerPort"] for container in containers(pod) for port in container.get("ports") or []]
        assert len(ports) == len(set(ports))


@combined
def test_whatever_is_referred_to_is_there_but_for_the_database(combination: Combination) -> None:
    things = objects(combination)
    there = {(thing["kind"], thing["metadata"]["name"]) for thing in things}
    wanted = {reference for _, container in each_container(things) for reference in references(container)}
    from_elsewhere = {("Secret", "database"), ("Secret", "database-reader")}
    assert wanted - there <= (set() if combination.start == DEV.start else from_elsewhere)


def references(container: Json) -> set[tuple[str, str]]:
    """The ConfigMaps and Secrets that a container takes something from."""
    sources = [variable["valueFrom"] for variable in container.get("env", []) if "valueFrom" in variable]
    secrets = {("Secret", source["secretKeyRef"]["name"]) for source in sources if "secretKeyRef" in source}
    return secrets | {("ConfigMap", source["configMapRef"]["name"]) for source in container.get("envFrom", [])}


@combined
def test_every_mount_has_its_volume(combination: Combination) -> None:
    for pod in pods(objects(combination)).values():
        mounts = {mount["name"] for container in containers(pod) for mount in container.get("volumeMounts", [])}
        assert mounts == {volume["name"] for volume in pod["spec"].get("volumes", [])}


@pytest.mark.parametrize("other", ["sidecar", "exporter"])
def test_the_order_of_components_does_not_matter_as_long_as_the_sidecar_comes_last(other: str) -> None:
    """But for that of variables, none of which refers to another."""
    components = ("job", "pushgateway", "monitoring", "networkpolicy")
    one, another = (deepcopy(objects(base(*order, other))) for order in (components, components[::-1]))
    for _, container in (*each_container(one), *each_container(another)):
        container["env"] = sorted(container.get("env", []), key=lambda variable: str(variable["name"]))
    assert sorted(one, key=name) == sorted(another, key=name)


@pytest.mark.parametrize("component", ["wait", "job"])
def test_what_changes_the_init_container_is_not_built_behind_the_sidecar(component: str) -> None:
    with pytest.raises(AssertionError, match="testing value /spec/template/spec/initContainers/0/name failed"):
        objects(base("sidecar", component))


def test_dev_is_complete_and_by_itself() -> None:
    things = objects(DEV)
    assert {thing["metadata"].get("namespace") for thing in things if thing["kind"] != "Namespace"} == {"app-dev"}
    deployments = of_kind(things, "Deployment").items()
    assert {name: deployment["spec"]["replicas"] for name, deployment in deployments} == {
        "app": 1,
        "ccm-daemon-exporter": 1,
        "postgres": 1,
    }
    images = {container["image"] for container in running(things, "deploy", "exporter").values()}
    assert images == {"registry.example.com/app:dev"}


def test_prod_is_three_pods_of_one_release_that_are_not_drained_at_once() -> None:
    things = objects(PROD)
    assert of_kind(things, "Deployment")["app"]["spec"]["replicas"] == 3
    assert {container["image"] for _, container in each_container(things)} == {"registry.example.com/app:1.4.2"}
    assert of_kind(things, "PodDisruptionBudget")["app"]["spec"]["maxUnavailable"] == 1
    assert of_kind(things, "Secret") == {}


def test_grafana_finds_the_dashboard() -> None:
    dashboard = of_kind(objects(PROD), "ConfigMap")["ccm-daemon-dashboard"]
    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert dashboard["data"] == {"ccm-daemon.json": (K8S / "components/monitoring/dashboard.json").read_text()}
