"""All benchmarks, one table after the other: `make bench`.

Each measures whole processes, several runs, beside the bare floor, or how long an answer takes; in milliseconds.
"""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

for script in ("deploy.py", "apply.py", "watch.py", "diff.py", "exporter.py", "image.py"):
    print(f"\n{script}", flush=True)
    sys.argv = [script]
    runpy.run_path(str(HERE / script), run_name="__main__")
