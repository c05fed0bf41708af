"""One Python process that tests exported packages, a request a line on stdin, {"ok": true} or {"ok": false, "error": …} back.

{"folder": F, "precision": "float32"} runs the tests that the package brings. "both" compares its outputs in double and in
single precision: random graphs may be badly conditioned, and then float32 is held to four times its own distance from float64.
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
    if precision == "both":
        return check_in_both()
    tests = vars(importlib.import_module("test_model"))
    for name, test in list(tests.items()):
        if name.startswith("test_"):
            test()


def outputs_in(run, dtype):
    inputs = {
        name: value.to(dtype) if value.is_floating_point() else value
        for name, value in run.load_inputs().items()
    }
    torch.set_default_dtype(dtype)
    try:
        with torch.no_grad():
            outputs = run.load_model().to(dtype)(**inputs)
    finally:
        torch.set_default_dtype(torch.float32)
    return {name: value.double() for name, value in outputs.items()}


def check_in_both():
    run = importlib.import_module("run")
    double, single = outputs_in(run, torch.float64), outputs_in(run, torch.float32)
    for name, expected in run.load_tensors(run.FOLDER / "example.safetensors").items():
        kind, _, name = name.partition("/")
        if kind != "output":
            continue
        assert double[name].shape == expected.shape, f"{name}: {list(double[name].shape)}, not {list(expected.shape)}"
        assert torch.equal(double[name].isnan(), expected.isnan()), f"{name} is not a number elsewhere"
        exact, rounded, expected = (value.nan_to_num() for value in (double[name], single[name], expected))
        distance = (exact - expected).norm()
        assert distance <= 1e-6 * (1 + expected.norm()), f"{name} is off by {distance}"
        distance, own = (rounded - expected).norm(), (rounded - exact).norm()
        assert distance <= max(1e-5 * expected.norm(), 4 * own), f"{name} is off by {distance} in float32"


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
