"""Reads exported Python without running it: a file of JSON lines, each {"files": {PATH: TEXT}}; prints what should not be there.

Names of a document may become identifiers and strings. Whatever else the code may do is listed here, and that is all.
"""
import ast
import builtins
import json
import sys

STATEMENTS = (
    ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return,
    ast.For, ast.If, ast.Raise, ast.Assert, ast.Expr, ast.With, ast.Try, ast.Break,
)
IMPORTS = {
    "argparse", "copy", "dataclasses", "model", "pathlib", "pictures", "run", "tempfile", "tensor_files", "texts", "torch",
    "torch.nn.functional", "__future__",
}
# Builtins that the files call, by file; model.py computes and reads nothing.
COMMON = {"range", "super", "getattr", "float", "int", "len", "max", "min", "str"}
CALLED = {
    "model.py": COMMON | {"ValueError", "tuple"},
    "run.py": COMMON | {"KeyError", "ValueError", "any", "list", "print", "next", "iter", "dict", "main"},
    "generate.py": COMMON | {"print", "main"},
    "test_model.py": COMMON | {"list", "globals", "print"},
}
DUNDERS = {"__init__", "__doc__", "__file__", "__name__"}


def offences(path, text):
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            yield from (f"imports {module}" for module in modules if module not in IMPORTS)
        if isinstance(node, ast.stmt) and not isinstance(node, STATEMENTS):
            yield f"has a statement {type(node).__name__}"
        if isinstance(node, (ast.Lambda, ast.Await, ast.Yield, ast.NamedExpr)):
            yield f"has an expression {type(node).__name__}"
        # Of names between underscores, those that Python gives a meaning; `__` alone is one like any other.
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name.startswith("__") and name.strip("_") and name not in DUNDERS:
            yield f"reads {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and not isinstance(node.value, (ast.Call, ast.Constant)):
            yield f"has {ast.unparse(node)[:80]} by itself"
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        callee = node.func.id
        if hasattr(builtins, callee) and callee not in CALLED[path]:
            yield f"calls {callee}"
        if callee == "getattr" and not isinstance(node.args[1], ast.Constant):
            yield "asks for an attribute by a name that is computed"


with open(sys.argv[1], encoding="utf-8") as lines:
    for number, line in enumerate(lines):
        for path, text in json.loads(line)["files"].items():
            try:
                found = list(offences(path, text))
            except (SyntaxError, ValueError) as error:
                found = [f"cannot be parsed: {error}"]
            for offence in found:
                print(f"{number}: {path} {offence[:300]}")
