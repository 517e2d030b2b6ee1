"""The harvester: a process of its own in which the user's schema files are imported and compiled to DDL.

User code never runs in the daemon's interpreter: it may print, exit, hang, crash or leave threads behind, and a
module that has been imported once cannot be imported afresh with any certainty. So there are three processes:

    daemon ──one JSON line──▶ warm parent ──fork──▶ child, for one harvest
           ◀──one JSON line──             ◀──pipe──

The *warm parent* (`__main__`) has SQLAlchemy imported, no threads and no user code; it costs a quarter of a second
once. Who harvests after each save has a fourth, the *host* (`host`), between parent and child: it has imported whatever
the file that is being edited cannot touch (`graph`) and compiled its tables (`layer`, `ready`), so that a child of it
has only the rest to do. Whether that is still what the files say is seen from their stamps, each time; where it is not,
the parent forks a child that imports all of it, and then another host.

The *child* (`forked`, `child`) finds the modules that the source setting means (`modules`), imports each file once and
from its source (`imports`), collects every `MetaData` (`metadata`) and lets SQLAlchemy compile it (`ddl`). Then it
is gone, and with it whatever the import has done. What can go wrong in the user's files is located (`places`) and
travels as a value (`wire`).

Nothing here is imported by the daemon but `wire`; `ccm_engine.harvest` is the door.
"""
