"""The exporter's page for people: where production stands, what failed, how long things take."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version

from ccm_deploy.exporter.look import Look
from ccm_deploy.exporter.view import View
from ccm_deploy.progress import Progress
from ccm_deploy.status import Attempt
from ccm_engine.language import translated as _

REFRESH = 10  # seconds
LONGEST_STATEMENT = 600  # characters
MOST_NAMES = 50

_STYLE = """
:root { color-scheme: light dark; --line: light-dark(#d9dde3, #353b45); --soft: light-dark(#5c6673, #9aa4b2);
  --card: light-dark(#fff, #1d2127); --good: light-dark(#1a7f45, #4cc38a); --bad: light-dark(#c0282d, #ff7b72);
  --busy: light-dark(#9a6700, #e3b341); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem;
  background: light-dark(#f5f6f8, #14171b); }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1rem; margin: 0 0 .5rem; }
header { border-left: .4rem solid var(--tone); padding-left: 1rem; margin-bottom: 1.5rem; }
header p, small, footer { color: var(--soft); margin: 0; overflow-wrap: anywhere; }
.good { --tone: var(--good); } .bad { --tone: var(--bad); } .busy { --tone: var(--busy); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; }
section, .figures div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .75rem 1rem; }
section, .figures { margin-bottom: .75rem; }
.figures b { display: block; font-size: 1.6rem; color: var(--tone, inherit); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .75rem .25rem 0;
  border-top: 1px solid var(--line); vertical-align: top; } th { font-weight: 600; border: 0; }
td.number { text-align: right; font-variant-numeric: tabular-nums; } td.bar { width: 30%; }
meter, progress { width: 100%; } pre { overflow-x: auto; margin: .5rem 0; white-space: pre-wrap; }
ul { margin: 0; padding-left: 1.2rem; columns: 18rem auto; }
"""


def render(view: View) -> str:
    """The page, of what was seen last; it asks for itself anew."""
    look = view.look
    tone, headline = _headline(view)
    body = _blind(view) if look is None else "".join(_sections(view, look))
    seen = _("never") if view.looked is None else _moment(datetime.fromtimestamp(view.looked, UTC))
    return f"""<!doctype html>
<html lang="{escape(_("en"))}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="{REFRESH}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(headline)} · ccm-daemon</title>
<style>{_STYLE}</style>
<header class="{tone}"><h1>{escape(headline)}</h1><p>{escape(view.target)}</p></header>
{body}<footer>ccm-daemon {escape(version("ccm-daemon"))} · {escape(_("seen last"))}: {seen} ·
<a href="metrics">/metrics</a> <a href="healthz">/healthz</a> <a href="readyz">/readyz</a></footer>
</html>
"""


def _headline(view: View) -> tuple[str, str]:
    """In one line, the worst first."""
    look = view.look
    if look is None:
        return ("bad", _("the database does not answer")) if view.failure else ("busy", _("not looked at yet"))
    if look.failed:
        return "bad", _("failed: {migration}").format(migration=look.failed[0].migration)
    if look.history.edited or look.history.missing:
        return "bad", _("the folder is not what was applied")
    if look.holder is not None:
        return "busy", _("migrating")
    if look.history.pending:
        return "busy", _("pending: {count}").format(count=len(look.history.pending))
    if view.drift:
        return "busy", _("the schema has drifted")
    return "good", _("up to date")


def _blind(view: View) -> str:
    return _section(_("why"), f"<pre>{escape(view.failure)}</pre>") if view.failure else ""


def _sections(view: View, look: Look) -> Iterator[str]:
    history = look.history
    yield '<div class="figures">'
    yield _figure(_("applied"), len(history.applied), "")
    yield _figure(_("pending"), len(history.pending), "busy")
    yield _figure(_("failed"), len(look.failed), "bad")
    yield _figure(_("invalid indexes"), len(look.invalid_indexes), "bad")
    yield _figure(_("drifted objects"), None if view.drift is None else len(view.drift), "busy")
    yield "</div>\n"
    for attempt in look.failed:
        yield _failure(attempt)
    if look.holder is not None:
        running = next((attempt for attempt in look.unfinished if attempt.status == "running"), None)
        doing = f"<p><b>{escape(running.migration)}</b></p>" if running else ""
        content = f"{doing}<p>{escape(str(look.holder))}</p>{_far(look.progress)}"
        yield _section(_("who holds the migration lock"), content)
    for title, names in {
        _("pending"): [migration.tag for migration in history.pending],
        _("edited after they were applied"): [edited.migration.tag for edited in history.edited],
        _("missing: neither applied nor there as a file"): history.missing,
        _("applied, and their files are gone"): history.vanished,
        _("applied, and newer than this folder"): history.newer,
        _("withheld until CCM_PHASE=all"): history.withheld,
        _("invalid indexes"): look.invalid_indexes,
        _("not as the newest migration left it"): view.drift or (),
    }.items():
        yield _names(title, names)
    yield _recent(look.recent)


def _figure(title: str, number: int | None, tone: str) -> str:
    shown = _("not known") if number is None else str(number)
    return f'<div class="{tone if number else ""}"><b>{escape(shown)}</b>{escape(title)}</div>'


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>\n"


def _names(title: str, names: Iterable[str]) -> str:
    every = list(names)
    if not every:
        return ""
    more = _("and {count} more").format(count=len(every) - MOST_NAMES)
    shown = [*every[:MOST_NAMES], *([more] if len(every) > MOST_NAMES else [])]
    return _section(title, f"<ul>{''.join(f'<li>{escape(name)}</li>' for name in shown)}</ul>")


def _failure(attempt: Attempt) -> str:
    """What the log of the pod says as well, for those who come later."""
    what = attempt.message or _("the run died, or was stopped")
    statement = (attempt.statement or "").strip()
    shown = statement if len(statement) <= LONGEST_STATEMENT else statement[:LONGEST_STATEMENT] + "…"
    facts = {
        _("statement"): f"{attempt.statement_number or attempt.statements_done}/{attempt.statements_total}",
        _("line"): attempt.line,
        "SQLSTATE": attempt.sqlstate,
        _("pod"): attempt.pod,
        _("began"): _moment(attempt.started_at),
    }
    told = " · ".join(f"{escape(name)} {escape(str(fact))}" for name, fact in facts.items() if fact)
    return _section(
        f"{attempt.status}: {attempt.migration}",
        f"<p>{escape(what)}</p>{f'<pre>{escape(shown)}</pre>' if shown else ''}"
        f"{f'<p>{escape(attempt.hint)}</p>' if attempt.hint else ''}<small>{told}</small>",
    )


def _far(progress: Progress | None) -> str:
    if progress is None:
        return ""
    known = f' value="{progress.blocks}" max="{progress.blocks_expected}"' if progress.blocks_expected else ""
    return f"<p>{escape(f'{progress.command} {progress.relation}: {progress}')}</p><progress{known}></progress>"


def _recent(attempts: Iterable[Attempt]) -> str:
    rows = [(attempt, _seconds(attempt)) for attempt in attempts]
    if not rows:
        return _section(_("latest attempts"), f"<p>{escape(_('none yet'))}</p>")
    longest = max((seconds for _attempt, seconds in rows if seconds), default=0)
    titles = (_("migration"), _("status"), _("began"), _("pod"), _("took"), "")
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(_row(attempt, seconds, longest) for attempt, seconds in rows)
    return _section(_("latest attempts"), f"<table><tr>{head}</tr>{body}</table>")


def _row(attempt: Attempt, seconds: float | None, longest: float) -> str:
    cells = (attempt.migration, attempt.status, _moment(attempt.started_at), attempt.pod)
    took = "" if seconds is None else f"{seconds:.3f} s"
    bar = f'<meter min="0" max="{longest or 1}" value="{seconds or 0}"></meter>'
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr>{told}<td class="number">{took}</td><td class="bar">{bar}</td></tr>'


def _seconds(attempt: Attempt) -> float | None:
    return None if attempt.finished_at is None else (attempt.finished_at - attempt.started_at).total_seconds()


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}"
