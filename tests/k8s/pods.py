"""Pods of the Deployment in k8s/base, started by podman.

Their template is the one that `kubectl kustomize` prints. Replaced is what stands for the world outside: the image, the
Secret's name and with it what is in it, the application's command, which gets the init container's environment too. And
what podman 4.3 does not do as Kubernetes does:

- A Deployment restarts its pods' init containers for ever: so these are bare Pods, `restartPolicy: Never`.
- An init container is gone once it has ended, and its log with it: an annotation keeps it.
- `ports` are published, which there is no way to do on the host's network, where Postgres is: they are left out.
- `spec.nodeName` is unknown: NODE_NAME is a word.
- Nobody makes /dev/termination-log: it is a file of the host's.
- emptyDirs of one name are shared between pods: each has its pod's name in front.
- `maxSurge`, probes and back-off are not looked at.

Not written is the same for a cluster that KUBECONFIG names, with the Deployment itself: there is none to try it on.
"""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from deployment import Deployment
from k8s.image import ROOT, environ, podman

KEEP = {"io.podman.annotations.init.container.type": "always"}
PYTHON = "/opt/ccm/bin/python3"
# The application's first query: which migrations it can count on. It fails where there are none.
LOOK = """\
import asyncio, asyncpg, os
async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL_PROD"])
    print(*(row["id"] for row in await connection.fetch("SELECT id FROM __drizzle_migrations ORDER BY created_at")))
asyncio.run(main())
"""

Json = dict[str, Any]
Release = Callable[[Deployment], str]
"""Makes an application's image that holds the migrations of a deployment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod that podman is starting, or has started."""

    name: str
    message: Path
    play: subprocess.Popen[str]

    def started(self) -> int:
        """Wait until its init container has ended and, if that went well, its application is running; 0 if so."""
        said, _ = self.play.communicate(timeout=120)
        print(said)
        return self.play.returncode

    def state(self, container: str) -> tuple[str, int]:
        """What has become of a container, and with which status."""
        asked = ("--format", "{{.State.Status}} {{.State.ExitCode}}")
        status, code = podman("inspect", *asked, f"{self.name}-{container}").stdout.split()
        return status, int(code)

    def ended(self, container: str) -> int:
        """Wait for the container's end; its exit status."""
        return int(podman("wait", f"{self.name}-{container}").stdout)

    def log(self, container: str) -> list[str]:
        done = podman("logs", f"{self.name}-{container}")
        return (done.stdout + done.stderr).splitlines()

    def events(self) -> list[Json]:
        """What the init container has logged, each line an object."""
        return [json.loads(line) for line in self.log("migrate")]

    def stop(self, container: str) -> None:
        """As the kubelet does it: SIGTERM, and SIGKILL where that has not helped in time."""
        podman("stop", "-t", "10", f"{self.name}-{container}")

    def termination(self) -> Json:
        """The init container's termination message."""
        return dict(json.loads(self.message.read_text()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """Pods that find one database; what one test calls its own has a mark in its name."""

    home: Path
    mark: str
    started: list[Pod] = field(default_factory=list[Pod])

    def start(self, image: str, *, application: str = LOOK, migrate: str = "", unset: str = "") -> Pod:
        """Start one more, with Python programs instead of what its containers run, and without one of the variables."""
        name = f"{self.mark}-{len(self.started) + 1}"
        message = self.home / name
        message.touch()
        message.chmod(0o666)
        pod = self._template(name)
        (first,), (second,) = pod["spec"]["initContainers"], pod["spec"]["containers"]
        first["env"] = [variable for variable in first["env"] if variable["name"] != unset]
        second["env"] = first["env"]
        for container, program in ((first, migrate), (second, application)):
            container["image"] = image
            container["command"] = [PYTHON, "-c", program] if program else container["command"]
        play = self._play(pod, _rendered("ConfigMap"))
        self.started.append(Pod(name=name, message=message, play=play))
        return self.started[-1]

    def _template(self, name: str) -> Json:
        """A Pod of the Deployment's template, without what podman does not do."""
        pod = deepcopy(_rendered("Deployment")["spec"]["template"])
        pod |= {"apiVersion": "v1", "kind": "Pod"}
        pod["metadata"] |= {"name": name, "annotations": KEEP}
        spec = pod["spec"]
        spec["restartPolicy"] = "Never"
        (migrate,), (app,) = spec["initContainers"], spec["containers"]
        migrate["env"] = [self._variable(variable) for variable in migrate["env"]]
        for container in (migrate, app):
            container.pop("ports", None)
            for mount in container.setdefault("volumeMounts", []):
                mount["name"] = f"{name}-{mount['name']}"
        for volume in spec["volumes"]:
            volume["name"] = f"{name}-{volume['name']}"
        migrate["volumeMounts"].append({"name": "message", "mountPath": migrate["terminationMessagePath"]})
        spec["volumes"].append({"name": "message", "hostPath": {"path": str(self.home / name), "type": "File"}})
        return dict(pod)

    def _play(self, pod: Json, config: Json) -> subprocess.Popen[str]:
        manifests = [self.home / f"{pod['metadata']['name']}-{part}.json" for part in ("config", "pod")]
        for path, manifest in zip(manifests, (config, pod), strict=True):
            path.write_text(json.dumps(manifest))
        command = ["podman", "kube", "play", "--network", "host", "--configmap", *map(str, manifests)]
        return subprocess.Popen(command, env=environ(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def _variable(self, variable: Json) -> Json:
        match variable:
            case {"name": "NODE_NAME"}:
                return {"name": "NODE_NAME", "value": "node-1"}
            case {"valueFrom": {"secretKeyRef": {"name": name, "key": key}}}:
                return {**variable, "valueFrom": {"secretKeyRef": {"name": f"{self.mark}-{name}", "key": key}}}
            case _:
                return variable


@contextmanager
def pods(home: Path, url: str) -> Iterator[Pods]:
    """Pods that find the database at `url`; nothing of them is left afterwards."""
    these = Pods(home=home, mark=f"ccm-{uuid4().hex[:8]}")
    secret = f"{these.mark}-database"
    podman("secret", "create", secret, "-", stdin=json.dumps({"url": base64.b64encode(url.encode()).decode()}))
    try:
        yield these
    finally:
        for pod in these.started:
            pod.play.kill()
            pod.play.wait()
        podman("pod", "rm", "--force", "--time", "0", "--ignore", *(pod.name for pod in these.started))
        podman("volume", "rm", "--force", *(f"{pod.name}-tmp" for pod in these.started), check=False)
        podman("secret", "rm", secret)


@cache
def _rendered(kind: str) -> Json:
    """The one object of that kind in k8s/base."""
    command = ["kubectl", "kustomize", str(ROOT / "k8s" / "base")]
    done = subprocess.run(command, text=True, capture_output=True, check=True)
    (found,) = (document for document in yaml.safe_load_all(done.stdout) if document["kind"] == kind)
    return dict(found)
