"""One Python process that tests exported packages: a folder a line on stdin, {"ok": true} or {"ok": false, "error": …} back."""
import importlib
import json
import py_compile
import sys
import traceback
from pathlib import Path

import torch

MODULES = ("model", "run", "tensor_files", "test_model")


def check(folder):
    for name in MODULES:
        sys.modules.pop(name, None)
        py_compile.compile(str(Path(folder, f"{name}.py")), cfile=str(Path(folder, f"{name}.pyc")), doraise=True)
    sys.path[0] = folder
    importlib.invalidate_caches()
    tests = vars(importlib.import_module("test_model"))
    for name, test in list(tests.items()):
        if name.startswith("test_"):
            test()


sys.dont_write_bytecode = True
sys.path.insert(0, "")
print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        check(json.loads(line))
        reply = {"ok": True}
    except BaseException as error:  # One package that fails must not end the process, not even by sys.exit.
        where = traceback.extract_tb(error.__traceback__)[-1]
        reply = {"ok": False, "error": f"{type(error).__name__}: {error} ({where.line})"}
    print(json.dumps(reply), flush=True)
