"""The image, built from the working tree without a registry, and podman to run it with.

`localhost/python:3.13-slim` stands in for the official base: Debian's Python, from the mirror that apt uses. It is made
once per machine and kept, as a tar in `.venv/image` and in podman's store. The wheels are fetched by the project's own
pip, however that is configured, and lent to the build, so that the Containerfile stays an ordinary one.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".venv" / "image"
SUITE, PYTHON = "trixie", "3.13"
RUNTIME = "base-files,base-passwd,ca-certificates,coreutils,dash,libc-bin,netbase,python3,tzdata"
BASES = {
    f"localhost/python:{PYTHON}-slim": RUNTIME,
    f"localhost/python:{PYTHON}-build": f"{RUNTIME},binutils,python3-venv",
}
BASE, BUILD_BASE = BASES
REPOSITORY = "localhost/ccm-daemon"
REQUIREMENTS = ("base", "build")
FEW = 4
TOOLS = ("podman", "buildah", "runc", "mmdebstrap")
# What the packages' own scripts would have done, which are not run; and what no image needs.
FINISH = """
set -e
cp "$1/usr/share/base-passwd/passwd.master" "$1/etc/passwd"
cp "$1/usr/share/base-passwd/group.master" "$1/etc/group"
cat "$1"/usr/share/ca-certificates/mozilla/*.crt > "$1/etc/ssl/certs/ca-certificates.crt"
rm -r "$1/usr/share/doc" "$1/usr/share/man" "$1/usr/share/info" "$1/usr/share/locale"
chroot "$1" /sbin/ldconfig
"""
# Limits that root may not raise everywhere, and cgroups without systemd.
CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
"""


class Unavailable(Exception):
    """What is needed to build and run images is not to be had here; the reason is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    name: str
    seconds: float | None
    """How long the build took; None where the image of these sources was there already."""


@cache
def missing() -> str | None:
    """Why images cannot be built and run here; None where they can."""
    try:
        _require_tools()
        with _locked():
            for name, packages in BASES.items():
                _make_base(name, packages)
            _fetch_wheels()
        _run(Unavailable, "podman", "run", "--rm", "--network", "host", BASE, "true")
    except Unavailable as reason:
        return str(reason)
    return None


def build() -> Built:
    """The image of the working tree; `missing()` has to have said that there can be one."""
    with _locked():
        name = f"{REPOSITORY}:{_fingerprint()}"
        if podman("image", "exists", name, check=False).returncode == 0:
            return Built(name=name, seconds=None)
        started = time.perf_counter()
        arguments = {"BASE_IMAGE": BASE, "BUILD_IMAGE": BUILD_BASE}
        with tempfile.NamedTemporaryFile("w") as pip_conf:
            pip_conf.write("[global]\nno-index = true\nfind-links = /wheelhouse\n")
            pip_conf.flush()
            lent = (
                "--volume",
                f"{KEPT / 'wheelhouse'}:/wheelhouse:ro",
                "--volume",
                f"{pip_conf.name}:/etc/pip.conf:ro",
            )
            bud(name, ROOT / "k8s" / "Containerfile", ROOT, arguments, lent)
        _forget_older()
        return Built(name=name, seconds=time.perf_counter() - started)


def build_app(name: str, context: Path, ccm: str) -> None:
    """An application's image, as in k8s/examples, with what is in `context`."""
    arguments = {"BASE_IMAGE": BASE, "CCM_IMAGE": ccm}
    options = ("--layers", "--force-rm")  # else buildah 1.28 leaves the container of a stage that has no steps
    bud(name, ROOT / "k8s" / "examples" / "app.Containerfile", context, arguments, options)


def bud(
    name: str, containerfile: Path, context: Path, arguments: Mapping[str, str], options: tuple[str, ...] = ()
) -> None:
    """Build an image."""
    given = [word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")]
    common = ("buildah", "bud", "--isolation", "chroot", "--network", "host")
    _run(AssertionError, *common, *options, *given, "-f", str(containerfile), "-t", name, str(context))


def size(name: str) -> int:
    """In bytes, with the layers of its base."""
    return int(podman("image", "inspect", "--format", "{{.Size}}", name).stdout)


def podman(*words: str, check: bool = True, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run podman; with `check`, to success."""
    command = ["podman", *words]
    done = subprocess.run(command, env=environ(), input=stdin, text=True, capture_output=True, check=False)
    assert done.returncode == 0 or not check, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done


def environ() -> Mapping[str, str]:
    """That of podman and buildah, so that nothing in /etc has to say how containers are run here."""
    KEPT.mkdir(parents=True, exist_ok=True)
    conf = KEPT / "containers.conf"
    if not conf.exists():
        conf.write_text(CONTAINERS_CONF)
    return {**os.environ, "CONTAINERS_CONF": str(conf)}


def _require_tools() -> None:
    if os.geteuid():
        raise Unavailable("only root can run containers here")
    absent = [tool for tool in TOOLS if not shutil.which(tool)]
    if absent:
        raise Unavailable(f"not installed: {', '.join(absent)}")


def _make_base(name: str, packages: str) -> None:
    if podman("image", "exists", name, check=False).returncode == 0:
        return
    tar = KEPT / f"{name.rpartition('-')[2]}.tar"
    if not tar.exists():
        partial = tar.with_suffix(".partial.tar")
        hooks = ("--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr", f"--extract-hook={FINISH}")
        _run(
            Unavailable,
            "mmdebstrap",
            "--variant=extract",
            *hooks,
            f"--include={packages}",
            SUITE,
            str(partial),
            *_mirror(),
        )
        partial.rename(tar)
    _run(Unavailable, "podman", "import", "--change", "ENV PATH=/usr/local/bin:/usr/bin:/bin", str(tar), name)


def _mirror() -> tuple[str, ...]:
    """Where apt has Debian from; nothing where it has none, and mmdebstrap knows one."""
    words = ("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian")
    done = subprocess.run(words, text=True, capture_output=True, check=False)
    return tuple(done.stdout.split()[:1])


def _fetch_wheels() -> None:
    """The locked wheels for the image's Python, unless they are there."""
    folder = KEPT / "wheelhouse"
    locks = [ROOT / "requirements" / f"{name}.txt" for name in REQUIREMENTS]
    stamp, locked = folder / "locks", "".join(lock.read_text() for lock in locks)
    if stamp.exists() and stamp.read_text() == locked:
        return
    shutil.rmtree(folder, ignore_errors=True)
    for lock in locks:
        target = ("--python-version", PYTHON, *_platforms(), "--dest", str(folder), "--requirement", str(lock))
        _run(
            Unavailable,
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--require-hashes",
            "--only-binary",
            ":all:",
            *target,
        )
    stamp.write_text(locked)


def _platforms() -> Iterator[str]:
    for manylinux in ("manylinux_2_28", "manylinux_2_17", "manylinux2014"):
        yield from ("--platform", f"{manylinux}_{platform.machine()}")


def _fingerprint() -> str:
    """Of all that the image is made of."""
    digest = hashlib.sha256(podman("image", "inspect", "--format", "{{.Id}}", *BASES).stdout.encode())
    context = [line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")]
    for source in ("k8s/Containerfile", *context):
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _forget_older() -> None:
    """But for the last few: another test process may be at one that was built a moment ago."""
    names = podman("images", "--sort", "created", "--format", "{{.Repository}}:{{.Tag}}", REPOSITORY).stdout.split()
    if names[FEW:]:
        podman("rmi", *names[FEW:], check=False)  # not those of which there are containers


@contextmanager
def _locked() -> Iterator[None]:
    """One test process at a time makes what all of them use."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(error: type[Exception], *command: str) -> None:
    done = subprocess.run(command, env=environ(), cwd=ROOT, text=True, capture_output=True, check=False)
    if done.returncode:
        raise error(f"{command[0]} failed: {(done.stdout + done.stderr)[-2000:].strip()}")
