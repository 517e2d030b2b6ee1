"""A checkout that Drizzle Kit and we share: one folder of migrations, and the same schema in TypeScript and in SQL."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from drizzle import story
from drizzle.story import Step
from projects import Project

INSTALLED = Path(__file__).parents[2] / ".venv" / "drizzle" / "node_modules"

CONFIG = 'export default { dialect: "postgresql", schema: "./schema.ts", out: "./migrations" };\n'
MIGRATOR = """\
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";

const database = drizzle(process.argv[2]);
try {
    await migrate(database, { migrationsFolder: "migrations" });
} finally {
    await database.$client.end();
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    project: Project

    @property
    def typescript(self) -> Path:
        return self.project.root / "schema.ts"

    @property
    def sql(self) -> Path:
        return self.project.root / "schemas" / "schema.sql"

    @property
    def files(self) -> list[str]:
        return [path.stem for path in self.project.drafts]

    def text(self, tag: str) -> str:
        return (self.project.root / "migrations" / f"{tag}.sql").read_text()

    def snapshot(self, number: int) -> Mapping[str, Mapping[str, object]]:
        path = self.project.root / "migrations" / "meta" / f"{number:04}_snapshot.json"
        return cast("Mapping[str, Mapping[str, object]]", json.loads(path.read_text()))

    def kit(self, *words: str) -> str:
        """What drizzle-kit prints; it exits with 0 whatever becomes of it."""
        done = self._node(str(INSTALLED / "drizzle-kit" / "bin.cjs"), *words, "--config", "drizzle.config.ts")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def migrate(self, database: str) -> subprocess.CompletedProcess[str]:
        """Have drizzle-orm apply the folder."""
        return self._node("migrate.mjs", self.project.server.url(database))

    def _node(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["node", *words],
            cwd=self.project.root,
            stdin=subprocess.DEVNULL,
            text=True,
            capture_output=True,
            check=False,
        )

    def generate(self, name: str, *words: str) -> str:
        """One of our migrations; its text."""
        done = self.project.run("generate", "--name", name, *words)
        assert done.returncode == 0, done.stderr
        return self.text(self._newest(name))

    def generate_theirs(self, name: str, *words: str) -> str:
        """One of Drizzle Kit's; its text."""
        printed = self.kit("generate", "--name", name, *words)
        assert "Your SQL migration file" in printed, printed
        return self.text(self._newest(name))

    def take(self, step: Step) -> str:
        """Edit the schema in both languages, and have one of the two generate a migration; its text."""
        self.typescript.write_text(story.edited(self.typescript.read_text(), step.typescript))
        self.sql.write_text(story.edited(self.sql.read_text(), step.sql))
        generate = self.generate if step.whose == "ours" else self.generate_theirs
        return generate(step.name, *step.words)

    def _newest(self, name: str) -> str:
        newest = self.files[-1]
        assert newest.partition("_")[2] == name, self.files
        return newest

    def asked(self) -> "Answers":
        """What both say of a folder in which nothing is to do."""
        before = self.files
        check, theirs = self.kit("check"), self.kit("generate", "--name", "theirs")
        ours = self.project.run("generate", "--name", "ours").stderr
        written = "\n".join(self.text(tag) for tag in self.files if tag not in before)
        return Answers(check=check, theirs=theirs, ours=ours, written=written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    check: str
    """Of `drizzle-kit check`."""
    theirs: str
    """Of `drizzle-kit generate`."""
    ours: str
    """Of `ccm-daemon generate`."""
    written: str
    """The migrations that came of it."""

    def must_be_content(self) -> None:
        """There is nothing to do for either, and nothing to complain of."""
        assert "Everything's fine" in self.check, self
        assert "No schema changes, nothing to migrate" in self.theirs, self
        assert "no change" in self.ours, self
        assert self.written == ""


def shared(project: Project) -> Shared:
    """The project with both tools set up, and an empty schema in either language."""
    (project.root / "node_modules").symlink_to(INSTALLED)
    (project.root / "drizzle.config.ts").write_text(CONFIG)
    (project.root / "migrate.mjs").write_text(MIGRATOR)
    made = Shared(project=project)
    made.typescript.write_text("")
    made.sql.write_text("")
    return made
