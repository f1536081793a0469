"""The way in that needs no PYTHONPATH: `.venv/bin/python bench/peers/run.py`."""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    # In place of this folder: a file here must never be found under the name of what it measures.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    runpy.run_module("bench.peers", run_name="__main__", alter_sys=True)
