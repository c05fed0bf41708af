"""One Python process that tests exported packages, a request a line on stdin, {"ok": true} or {"ok": false, "error": …} back.

{"folder": F, "precision": "float32"} runs the tests that the package brings; "float64" compares its outputs in double
precision, where random graphs, however badly conditioned, must agree.
"""
import importlib
import json
import py_compile
import sys
import traceback
from pathlib import Path

import torch

MODULES = ("model", "run", "tensor_files", "test_model")


def check(folder, precision):
    for name in MODULES:
        sys.modules.pop(name, None)
        py_compile.compile(str(Path(folder, f"{name}.py")), cfile=str(Path(folder, f"{name}.pyc")), doraise=True)
    sys.path[0] = folder
    importlib.invalidate_caches()
    if precision == "float64":
        return check_in_float64()
    tests = vars(importlib.import_module("test_model"))
    for name, test in list(tests.items()):
        if name.startswith("test_"):
            test()


def check_in_float64():
    run = importlib.import_module("run")
    inputs = {
        name: value.double() if value.is_floating_point() else value
        for name, value in run.load_inputs().items()
    }
    torch.set_default_dtype(torch.float64)
    try:
        with torch.no_grad():
            outputs = run.load_model().double()(**inputs)
    finally:
        torch.set_default_dtype(torch.float32)
    for name, expected in run.load_tensors(run.FOLDER / "example.safetensors").items():
        kind, _, name = name.partition("/")
        if kind != "output":
            continue
        got = outputs[name].double()
        assert got.shape == expected.shape, f"{name}: {list(got.shape)}, not {list(expected.shape)}"
        assert torch.equal(got.isnan(), expected.isnan()), f"{name} is not a number elsewhere"
        got, expected = got.nan_to_num(), expected.nan_to_num()
        distance = (got - expected).norm()
        assert distance <= 1e-6 * (1 + expected.norm()), f"{name} is off by {distance}"


sys.dont_write_bytecode = True
sys.path.insert(0, "")
print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        check(**json.loads(line))
        reply = {"ok": True}
    except BaseException as error:  # One package that fails must not end the process, not even by sys.exit.
        where = traceback.extract_tb(error.__traceback__)[-1]
        reply = {"ok": False, "error": f"{type(error).__name__}: {error} ({where.line})"}
    print(json.dumps(reply), flush=True)
