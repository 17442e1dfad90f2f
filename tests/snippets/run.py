"""Runs examples of Python: a JSON list of {setup, code, show} on stdin, a JSON list of
{output} or {error} on stdout. Each has a namespace of its own."""

import contextlib
import io
import json
import sys
import traceback


def run(example):
    printed, names = io.StringIO(), {"__name__": "example"}
    with contextlib.redirect_stdout(printed):
        exec(example["setup"], names)
        exec(example["code"], names)
        if example["show"]:
            print(repr(eval(example["show"], names)))
    return {"output": printed.getvalue()}


def tried(example):
    try:
        return run(example)
    except Exception:
        return {"error": traceback.format_exc(limit=-2)}


json.dump([tried(example) for example in json.load(sys.stdin)], sys.stdout)
