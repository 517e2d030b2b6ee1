"""What a statement asks of the transaction it runs in: to be outside of any, a commit before what follows, patience."""

import re
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postgast import pg_query_pb2 as pb

# The nodes that lock rows, or a table against DDL alone; while one of them waits, nobody who reads or writes does.
_GENTLE = frozenset(
    {
        "call_stmt",
        "check_point_stmt",
        "copy_stmt",
        "delete_stmt",
        "discard_stmt",
        "explain_stmt",
        "insert_stmt",
        "listen_stmt",
        "merge_stmt",
        "notify_stmt",
        "select_stmt",
        "transaction_stmt",
        "unlisten_stmt",
        "update_stmt",
        "variable_set_stmt",
        "variable_show_stmt",
    }
)
# What changes the catalog alone, and calls no function of anybody's.
_BRIEF = frozenset(
    {
        "alter_enum_stmt",
        "alter_owner_stmt",
        "alter_seq_stmt",
        "comment_stmt",
        "composite_type_stmt",
        "create_domain_stmt",
        "create_enum_stmt",
        "create_function_stmt",
        "create_policy_stmt",
        "create_range_stmt",
        "create_schema_stmt",
        "create_seq_stmt",
        "create_stmt",
        "create_trig_stmt",
        "grant_stmt",
        "rename_stmt",
        "view_stmt",
    }
)
_DDL_WITHIN = re.compile(r"\b(?:alter|cluster|create|drop|lock|refresh|reindex|truncate)\b", re.IGNORECASE)


def runs_in_transaction(node: "pb.Node") -> bool:
    """Whether Postgres accepts the statement inside a transaction block (each command's own manual page says so)."""
    match node.WhichOneof("node"):
        case "index_stmt":
            return not node.index_stmt.concurrent
        case "drop_stmt":
            return not node.drop_stmt.concurrent
        case "reindex_stmt":
            return not any(option.def_elem.defname == "concurrently" for option in node.reindex_stmt.params)
        case "alter_table_stmt":
            commands = (command.alter_table_cmd for command in node.alter_table_stmt.cmds)
            return not any(getattr(command, "def").partition_cmd.concurrent for command in commands)
        case "vacuum_stmt":
            return not node.vacuum_stmt.is_vacuumcmd
        case (
            "createdb_stmt"
            | "dropdb_stmt"
            | "create_table_space_stmt"
            | "drop_table_space_stmt"
            | "alter_system_stmt"
            | "create_subscription_stmt"
            | "drop_subscription_stmt"
        ):
            return False
        case "cluster_stmt":
            return bool(node.cluster_stmt.relation.relname)
        case _:
            return True


def control(node: "pb.Node") -> str | None:
    """The keyword of a statement that begins or ends a transaction; savepoints stay inside one and are allowed."""
    from postgast import pg_query_pb2 as pb

    if node.WhichOneof("node") != "transaction_stmt":
        return None
    words = {
        pb.TRANS_STMT_BEGIN: "BEGIN",
        pb.TRANS_STMT_START: "START TRANSACTION",
        pb.TRANS_STMT_COMMIT: "COMMIT",
        pb.TRANS_STMT_ROLLBACK: "ROLLBACK",
        pb.TRANS_STMT_PREPARE: "PREPARE TRANSACTION",
    }
    return words.get(node.transaction_stmt.kind)


def queues(node: "pb.Node", text: str) -> bool:
    """Whether others queue behind the statement while it waits for a lock.

    Postgres grants locks in the order in which they are asked for where they conflict (manual, 13.3.1), so that even a
    reader waits behind an `ALTER TABLE` that waits. What only writes rows, or is `CONCURRENTLY`, lets everybody pass.
    """
    match node.WhichOneof("node"):
        case "do_stmt":
            return _DDL_WITHIN.search(text) is not None
        case "vacuum_stmt":
            return any(option.def_elem.defname == "full" for option in node.vacuum_stmt.options)
        case "index_stmt" | "drop_stmt" | "reindex_stmt" | "alter_table_stmt":
            return runs_in_transaction(node)
        case kind:
            return kind not in _GENTLE


def is_brief(node: "pb.Node", made: AbstractSet[tuple[str, str]]) -> bool:
    """Whether it is over in a moment, once it has its locks, and leaves the session as it is.

    An index or a constraint is on a table that is new: `made` holds those, as `made_table` says, of the transaction.
    """
    match node.WhichOneof("node"):
        case "index_stmt":
            return runs_in_transaction(node) and _name(node.index_stmt.relation) in made
        case "alter_table_stmt":
            return runs_in_transaction(node) and _name(node.alter_table_stmt.relation) in made
        case kind:
            return kind in _BRIEF


def made_table(node: "pb.Node") -> tuple[str, str] | None:
    """Schema and name, as written, of the table that it makes."""
    return _name(node.create_stmt.relation) if node.WhichOneof("node") == "create_stmt" else None


def _name(relation: "pb.RangeVar") -> tuple[str, str]:
    return relation.schemaname, relation.relname


def sets(node: "pb.Node") -> bool:
    """Whether it is a `SET` or `RESET`."""
    return bool(node.WhichOneof("node") == "variable_set_stmt")


def stands_alone(node: "pb.Node | None") -> bool:
    """Whether a savepoint around it can take back all it does, and nothing but one thing is in it.

    `SET TRANSACTION` can be in no subtransaction, and of an `ALTER TABLE` with several actions one may be needed still.
    """
    return node is not None and not sets(node) and len(list(node.alter_table_stmt.cmds)) <= 1


def lasts(node: "pb.Node") -> bool:
    """Whether it is a `SET` that outlives its transaction."""
    statement = node.variable_set_stmt
    return sets(node) and not bool(statement.is_local) and str(statement.name) != "TRANSACTION"


def sets_lock_timeout(node: "pb.Node") -> bool:
    """Whether it says for itself how long to wait for a lock."""
    return sets(node) and str(node.variable_set_stmt.name) == "lock_timeout"


def changes_enum(node: "pb.Node") -> bool:
    """Whether it makes an enum or gives it a label."""
    return made_type(node) is not None or added_value(node) is not None


def made_type(node: "pb.Node") -> str | None:
    """The name of the enum that it makes."""
    return None if node.WhichOneof("node") != "create_enum_stmt" else _last_name(node.create_enum_stmt.type_name)


def added_value(node: "pb.Node") -> tuple[str, str] | None:
    """The enum's name and the label of an `ALTER TYPE … ADD VALUE`."""
    statement = node.alter_enum_stmt
    if node.WhichOneof("node") != "alter_enum_stmt" or statement.old_val:
        return None
    return _last_name(statement.type_name), statement.new_val


def _last_name(names: "Sequence[pb.Node]") -> str:
    return str(names[-1].string.sval)
