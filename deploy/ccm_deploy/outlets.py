"""Where the metrics of a run go: over HTTP while it lasts; at its end to a Pushgateway, and into a text file.

Nothing of that can fail a run: what does not work is a warning.
"""

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ccm_deploy.environment import Environment, PushTo
from ccm_deploy.figures import Figures

log = logging.getLogger(__name__)

PUSH_WITHIN = 3  # seconds; the pod's grace period has to have room for it


@contextmanager
def shown(environment: Environment) -> Generator[Figures]:
    """The figures of the run in the block, on their way to whatever is configured."""
    figures = Figures(started=time.time())
    figures.show = partial(_serve, figures, environment.metrics_port)
    try:
        with figures.to_the_end():
            yield figures
    finally:
        if environment.metrics_file is not None:
            _write(figures, environment.metrics_file)
        if environment.pushgateway is not None:
            _push(figures, environment.pushgateway)


def _serve(figures: Figures, port: int) -> None:
    if not port:
        return
    from ccm_deploy import metrics, run_samples, serve

    application = serve.metrics(metrics.registry(partial(run_samples.samples, figures)))
    try:
        serve.start({"/metrics": application}, port)
    except OSError as error:
        extra = {"event": "metrics_unavailable", "port": port}
        log.warning("no metrics on port %d (%s); CCM_METRICS_PORT names another", port, error.strerror, extra=extra)


def _write(figures: Figures, path: Path) -> None:
    from prometheus_client import write_to_textfile

    from ccm_deploy import metrics, run_samples

    try:
        write_to_textfile(str(path), metrics.registry(partial(run_samples.samples, figures)))
    except OSError as error:
        extra = {"event": "metrics_not_written", "path": str(path)}
        log.warning("no metrics in %s (%s), which CCM_METRICS_FILE names", path, error.strerror, extra=extra)


def _push(figures: Figures, to: PushTo) -> None:
    """Added to what is there: of a run that has applied nothing, the durations of the one before it are not lost."""
    from http.client import HTTPException

    from prometheus_client import pushadd_to_gateway  # pyright: ignore[reportUnknownVariableType]
    from prometheus_client.exposition import basic_auth_handler, default_handler

    from ccm_deploy import metrics, run_samples

    handler = partial(basic_auth_handler, username=to.user, password=to.password) if to.user else default_handler
    registry = metrics.registry(partial(run_samples.samples, figures))
    try:
        pushadd_to_gateway(to.url, to.job, registry, timeout=PUSH_WITHIN, handler=handler)
    except (OSError, HTTPException) as error:
        extra = {"event": "metrics_not_pushed", "url": to.url}
        log.warning("no metrics at %s (%s), which CCM_PUSHGATEWAY_URL names", to.url, error, extra=extra)
