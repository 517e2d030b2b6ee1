"""The image of this working tree, an application's that holds ccm-daemon, and pods of it beside a database."""

import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest

from deployment import Deployment
from k8s import image as images
from k8s.pods import Pods, Release
from k8s.pods import pods as started

EXAMPLE = images.ROOT / "k8s" / "examples" / "app"
FIGURES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def image(request: pytest.FixtureRequest) -> str:
    """The image of ccm-daemon."""
    if reason := images.missing():
        pytest.skip(f"no image can be run here: {reason}")
    built = images.build()
    took = "was there already" if built.seconds is None else f"built in {built.seconds:.1f} s"
    size, base = (images.size(name) / 1e6 for name in (built.name, images.BASE))
    request.config.stash[FIGURES].append(f"{built.name}: {size:.1f} MB, {size - base:.1f} on top of its base; {took}")
    return built.name


@pytest.fixture(scope="session")
def example(image: str) -> Iterator[str]:
    """The image of the application in k8s/examples; while it is there, others that differ in migrations are quick."""
    name = f"localhost/ccm-app:{uuid4().hex[:8]}"
    images.build_app(name, EXAMPLE, image)
    yield name
    images.podman("rmi", "--force", name)


@pytest.fixture
def release(image: str, example: str) -> Iterator[Release]:
    """A function that makes an image of the example application, with the migrations of a deployment instead."""
    made: list[str] = []

    def build(deployment: Deployment) -> str:
        shutil.copy(EXAMPLE / "app.py", deployment.home)
        made.append(f"localhost/ccm-app:{uuid4().hex[:8]}")
        images.build_app(made[-1], deployment.home, image)
        return made[-1]

    yield build
    for name in made:
        images.podman("rmi", "--force", name)


@pytest.fixture
def pods(image: str, deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pods]:
    """Pods that find the deployment's database."""
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not installed, which renders k8s/base")
    with started(tmp_path_factory.mktemp("pods"), deployment.url) as these:
        yield these
