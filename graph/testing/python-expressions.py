"""Writes what Python makes of random expressions, for expressions.test.ts:

    python3 graph/testing/python-expressions.py > graph/testing/python-expressions.json
"""
import ast
import builtins
import json
import random
import warnings

SCOPE = {"embed_dim": 768, "num_heads": 12, "mlp_ratio": 4.0, "zero": 0, "bias": True, "mode": "gelu"}
BINARY = ["+", "-", "*", "/", "//", "%", "**", "<", "<=", ">", ">=", "==", "!=", "and", "or"]
FUNCTIONS = ["int", "float", "min", "max", "round", "abs"]


def expression(rng, depth):
    if depth == 0 or rng.random() < 0.2:
        return rng.choice([*SCOPE, "0", "1", "2", "3", "7", "0.5", "2.5", "1e3", "True", "False", "'gelu'"])
    kind = rng.random()
    if kind < 0.55:
        return f"{expression(rng, depth - 1)} {rng.choice(BINARY)} {expression(rng, depth - 1)}"
    if kind < 0.68:
        return f"({expression(rng, depth - 1)})"
    if kind < 0.82:
        return f"{rng.choice(['-', '+', 'not ', '- -', 'not not '])}{expression(rng, depth - 1)}"
    if kind < 0.9:
        return f"{expression(rng, depth - 1)} if {expression(rng, depth - 1)} else {expression(rng, depth - 1)}"
    name = rng.choice(FUNCTIONS)
    count = 2 if name in ("min", "max") else 1
    return f"{name}({', '.join(expression(rng, depth - 1) for _ in range(count))})"


def evaluate(code):
    return eval(code, {"__builtins__": {name: getattr(builtins, name) for name in FUNCTIONS}}, SCOPE)


def beyond_us(text):
    """True where Patchbay says no on purpose: whole numbers over 2**53 on the way, and text times a number."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    for node in ast.walk(tree):
        if not isinstance(node, ast.BinOp):
            continue
        try:
            parts = [evaluate(compile(ast.Expression(part), "", "eval")) for part in (node, node.left, node.right)]
        except Exception:
            continue
        if isinstance(node.op, (ast.Mult, ast.Mod)) and any(isinstance(part, str) for part in parts):
            return True
        if any(isinstance(part, complex) or isinstance(part, int) and abs(part) > 2**53 - 1 for part in parts):
            return True
    return False


def outcome(text):
    try:
        value = evaluate(text)
    except Exception as error:
        return {"error": type(error).__name__}
    return {"type": type(value).__name__, "value": value}


def main():
    rng = random.Random(0)
    cases, seen = [], set()
    while len(cases) < 600:
        text = expression(rng, rng.randint(1, 4))
        if len(text) > 90 or text in seen or text.count("**") > 2 or beyond_us(text):
            continue
        seen.add(text)
        result = outcome(text)
        # One error in ten is enough.
        if "error" in result and rng.random() < 0.8:
            continue
        cases.append({"text": text, **result})
    print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")


warnings.simplefilter("ignore")
main()
