"""Runs train.py of an exported package, with PyTorch read once for many runs; a request a line on stdin, a reply a line.

{"folder": F, "runs": [[arguments, …], …], "ranks": N, "kill": …} runs train.py once for each list of arguments, as N processes that
are forked here and find each other as under torchrun. The reply has, for each run, the processes' exit codes and what they wrote
in all. "kill" is where they die by SIGKILL: {"function": "Log.add", "when": "after", "marker": "'step': 6"} for the call whose
arguments have the marker in them. {"folder": F, "code": C} runs Python in the folder instead, with "arguments" in sys.argv.
"""
import json
import os
import runpy
import signal
import socket
import sys
import tempfile
import traceback

import torch  # noqa: F401 - read once, before processes are forked.


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def fork(rank, ranks, port, folder, body, errors):
    """Starts a process; its id. What it writes goes to a file."""
    process = os.fork()
    if process:
        return process
    os.dup2(errors.fileno(), 2)
    # Only stdin's owner reads requests, and only its replies go to stdout.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    code = 1
    try:
        if ranks > 1:
            where = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
            os.environ.update(where, RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(ranks))
        torch.set_num_threads(1)
        sys.path[0] = folder
        os.chdir(folder)
        body()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def die_at(function, when, marker):
    """Makes this process die around one call of a function that checkpoints.py has."""
    import checkpoints

    holder, _, name = function.rpartition(".")
    owner = getattr(checkpoints, holder)
    known = getattr(owner, name)

    def dying(*arguments):
        is_it = marker in str(arguments)
        if is_it and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = known(*arguments)
        if is_it:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dying)


def run_all(folder, body, ranks):
    """Exit codes by rank, and what they wrote in all."""
    port = free_port()
    with tempfile.TemporaryFile() as errors:
        processes = [fork(rank, ranks, port, folder, body, errors) for rank in range(ranks)]
        codes = {}
        while len(codes) < ranks:
            process, status = os.wait()
            codes[process] = os.waitstatus_to_exitcode(status)
            # As torchrun does: what is left waits for one that will not come.
            if codes[process] != 0:
                for other in set(processes) - set(codes):
                    os.kill(other, signal.SIGKILL)
        errors.seek(0)
        return {"codes": [codes[process] for process in processes], "text": errors.read().decode()}


def reply(folder, runs=(), ranks=1, kill=None, code=None, arguments=()):
    def train(arguments):
        def body():
            sys.argv = ["train.py", *arguments]
            if kill:
                die_at(**kill)
            runpy.run_path("train.py", run_name="__main__")

        return body

    def execute():
        sys.argv = ["-c", *arguments]
        exec(compile(code, "<test>", "exec"), {"__name__": "__main__"})

    if code is not None:
        return run_all(folder, execute, ranks)
    return [run_all(folder, train(arguments), ranks) for arguments in runs]


sys.dont_write_bytecode = True
sys.path.insert(0, "")
print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(reply(**json.loads(line))), flush=True)
