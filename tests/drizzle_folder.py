"""A migrations folder as Drizzle Kit writes it, without Drizzle Kit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = "00000000-0000-0000-0000-000000000000"


def column(name: str, type_: str, **others: object) -> dict[str, object]:
    return {"name": name, "type": type_, "primaryKey": False, "notNull": False, **others}


def table(name: str, *columns: Mapping[str, object], **others: object) -> dict[str, object]:
    return {
        "name": name,
        "schema": "",
        "columns": {str(item["name"]): item for item in columns},
        "indexes": {},
        "foreignKeys": {},
        "compositePrimaryKeys": {},
        "uniqueConstraints": {},
        "policies": {},
        "checkConstraints": {},
        "isRLSEnabled": False,
        **others,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class DrizzleFolder:
    """The folder itself; each migration is one more file, snapshot and line of the journal."""

    path: Path

    @property
    def meta(self) -> Path:
        return self.path / "meta"

    @property
    def journal(self) -> dict[str, Any]:
        path = self.meta / "_journal.json"
        new: dict[str, Any] = {"version": "7", "dialect": "postgresql", "entries": []}
        return json.loads(path.read_text()) if path.exists() else new

    def add(self, tag: str, sql: str, *tables: Mapping[str, object], **sections: object) -> None:
        """Drizzle Kit's `generate`: snapshot, journal, SQL."""
        self.name(tag)
        self.snapshot(tag, *tables, **sections)
        (self.path / f"{tag}.sql").write_text(sql)

    def read(self, prefix: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.meta / f"{prefix}_snapshot.json").read_text())
        return content

    def name(self, tag: str) -> None:
        """In the journal alone."""
        self.meta.mkdir(parents=True, exist_ok=True)
        journal = self.journal
        number = len(journal["entries"])
        entry = {"idx": number, "version": "7", "when": 1771714997015 + number, "tag": tag, "breakpoints": True}
        journal["entries"].append(entry)
        (self.meta / "_journal.json").write_text(json.dumps(journal, indent=2))

    def snapshot(self, tag: str, *tables: Mapping[str, object], **sections: object) -> None:
        prefix = tag.partition("_")[0]
        before = sorted(path for path in self.meta.glob("*_snapshot.json") if path.name < f"{prefix}_snapshot.json")
        content = {
            "id": f"id-of-{prefix}",
            "prevId": json.loads(before[-1].read_text())["id"] if before else ROOT,
            "version": "7",
            "dialect": "postgresql",
            "tables": {f"public.{item['name']}": item for item in tables},
            **{
                name: sections.get(name, {}) for name in ("enums", "schemas", "sequences", "roles", "policies", "views")
            },
            "_meta": {"columns": {}, "schemas": {}, "tables": {}},
        }
        (self.meta / f"{prefix}_snapshot.json").write_text(json.dumps(content, indent=2))
