"""The NetworkPolicies let through what is needed, and nothing else."""

import pytest

from k8s.manifests import (
    COMBINATIONS,
    PART_OF,
    PROD,
    Combination,
    Json,
    containers,
    objects,
    of_kind,
    pods,
    running,
    selected,
    settings,
    variables,
)

closed = pytest.mark.parametrize(
    "combination", [c for c in COMBINATIONS if "networkpolicy" in c.components or c.start == PROD.start], ids=str
)


def allowed(things: tuple[Json, ...], direction: str) -> set[tuple[str, int | str]]:
    """Pods and ports: into these, or out of them to some other's."""
    return {
        (pod, port["port"])
        for policy in of_kind(things, "NetworkPolicy").values()
        for rule in policy["spec"].get(direction, [])
        for pod in selected(things, policy["spec"]["podSelector"])
        for port in rule["ports"]
    }


@closed
def test_nothing_is_open_but_for_what_is_named(combination: Combination) -> None:
    things = objects(combination)
    deny = of_kind(things, "NetworkPolicy")["app-default-deny"]["spec"]
    assert deny == {"podSelector": {"matchLabels": {PART_OF: "app"}}, "policyTypes": ["Ingress", "Egress"]}
    assert selected(things, deny["podSelector"]).keys() == pods(things).keys()


@closed
def test_whoever_needs_the_database_reaches_it_and_looks_up_its_name(combination: Combination) -> None:
    things = objects(combination)
    out = allowed(things, "egress")
    for pod, template in pods(things).items():
        needs = any("DATABASE_URL_PROD" in variables(container) for container in containers(template))
        assert ((pod, 5432) in out) is needs
        assert (pod, 53) in out


@closed
def test_prometheus_reaches_every_port_that_has_metrics(combination: Combination) -> None:
    things = objects(combination)
    for pod, template in pods(things).items():
        ports = {port["containerPort"] for c in containers(template) for port in c.get("ports") or []}
        assert {(pod, port) for port in ports & {9464, 9091}} <= allowed(things, "ingress")


@closed
def test_runs_reach_the_pushgateway_that_they_push_to(combination: Combination) -> None:
    things = objects(combination)
    runs = running(things, "deploy")
    for where, environment in settings(things).items():
        if where in runs and environment.pushgateway is not None:
            assert environment.pushgateway.url == "http://pushgateway:9091"
            assert (where.rpartition("/")[0], 9091) in allowed(things, "egress")


@closed
def test_only_the_application_is_reached_by_anybody(combination: Combination) -> None:
    policies = of_kind(objects(combination), "NetworkPolicy").items()
    rules = [
        (name, source)
        for name, policy in policies
        for rule in policy["spec"].get("ingress", [])
        for source in rule["from"]
    ]
    assert [name for name, source in rules if source == {"namespaceSelector": {}}] == ["app-serves"]
