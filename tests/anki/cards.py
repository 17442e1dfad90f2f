#!/usr/bin/env python3
"""Every card of a package as a learner sees it: in Anki's own reviewer style, in headless Chromium.

    cards.py --web FOLDER --chromium BINARY [--pictures FOLDER] PACKAGE...

FOLDER is `_aqt/data/web` of Anki's desktop program, for its style and its MathJax. The cards are
rendered by the real Anki and shown at the width of a phone and of a desktop, by day and by night.
It prints a table of heights by note type. Exit 1 if anything is wider than the screen, if MathJax
reports an error, if text has too little contrast, or if the backs are higher than they may be.
"""

import argparse
import collections
import functools
import html
import http.server
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from learner import Learner

START = 1_420_070_400  # see examples.py
PHONE, DESKTOP, SCREEN = 390, 1100, 844
# How high backs may be, in CSS pixels at the width of a phone, and how many may be higher than a screen.
MEDIAN, QUESTIONS, OVER = 500, 844, 0.10

FRAME = """<!doctype html><html class="{root}" dir="ltr"><head><meta charset="utf-8"><base href="/media/">
<link rel="stylesheet" href="/web/css/webview.css"><link rel="stylesheet" href="/web/css/reviewer.css">
<script src="/web/js/mathjax.js"></script><script src="/web/js/vendor/mathjax/tex-chtml-full.js"></script>
</head><body class="{body}"><div id="qa" dir="auto">{card}</div></body></html>"""

# Shows frame after frame, and writes what it measured into the page, which Chromium then prints.
DRIVER = """<!doctype html><meta charset="utf-8"><body style="margin:0"><script>
const jobs = {jobs};
const channel = value => value <= 0.03928 * 255 ? value / 255 / 12.92 : Math.pow((value / 255 + 0.055) / 1.055, 2.4);
const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
const numbers = text => (text.match(/[\\d.]+/g) || []).map(Number);
function paper(view, node) {{
  for (let at = node; at; at = at.parentElement) {{
    const c = numbers(view.getComputedStyle(at).backgroundColor);
    if (c.length === 3 || c[3] > 0.99) return c;
  }}
  return [255, 255, 255];
}}
function faint(view) {{
  const found = new Map();
  const walker = view.document.createTreeWalker(view.document.getElementById('qa'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {{
    const node = walker.currentNode;
    if (!node.data.trim() || node.parentElement.closest('style, script, mjx-assistive-mml')) continue;
    const style = view.getComputedStyle(node.parentElement);
    if (style.visibility === 'hidden' || style.opacity === '0') continue;
    const [ink, back] = [light(numbers(style.color)), light(paper(view, node.parentElement))];
    const ratio = (Math.max(ink, back) + 0.05) / (Math.min(ink, back) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) found.set(style.color, [ratio.toFixed(2), node.data.trim().slice(0, 30)]);
  }}
  return [...found.values()];
}}
async function show(job) {{
  const frame = document.createElement('iframe');
  frame.style = `border:0;width:${{job.width}}px;height:{screen}px`;
  document.body.append(frame);
  await new Promise(done => {{ frame.onload = done; frame.src = '/cards/' + job.file; }});
  const view = frame.contentWindow;
  await view.MathJax.startup.promise;
  await view.MathJax.typesetPromise([view.document.getElementById('qa')]).catch(error => job.error = String(error));
  const body = view.document.documentElement;
  const wide = [...view.document.querySelectorAll('#qa *')].filter(node =>
    node.getBoundingClientRect().right > job.width + 1 && !node.closest('pre, .cp-formulas, .cp-wide, mjx-container, table'));
  const small = [...view.document.querySelectorAll('#qa summary')].filter(node => node.getBoundingClientRect().height < 44);
  const result = {{
    height: Math.ceil(view.document.getElementById('qa').getBoundingClientRect().bottom),
    wide: body.scrollWidth > job.width + 1 ? (wide[0] ? wide[0].outerHTML.slice(0, 80) : 'the page') : '',
    math: [...view.document.querySelectorAll('mjx-merror')].map(node => node.textContent),
    small: small.length, error: job.error || '', faint: faint(view),
  }};
  frame.remove();
  return result;
}}
(async () => {{
  const all = [];
  for (const job of jobs) all.push(await show(job));
  const out = document.createElement('pre');
  out.id = 'results';
  out.textContent = JSON.stringify(all);
  document.body.append(out);
  await fetch('/results', {{method: 'POST', body: out.textContent}});
}})();
</script>"""


def main():
    """Shows every card; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--web", type=Path, required=True, help="the style and scripts of Anki's reviewer")
    parser.add_argument("--chromium", required=True, help="the browser")
    parser.add_argument("--pictures", type=Path, help="where to put a picture of a card of each note type")
    parser.add_argument("--heights", action="store_true", help="fail if backs are higher than they may be")
    parser.add_argument("packages", type=Path, nargs="+")
    arguments = parser.parse_args()
    wrong = []
    for package in arguments.packages:
        with tempfile.TemporaryDirectory() as folder, Learner(START) as learner:
            learner.import_package(package)
            wrong += look(learner.collection, Path(folder), arguments)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


def look(collection, folder, arguments):
    """Shows every card of a collection and prints the heights; returns what is wrong."""
    (folder / "cards").mkdir()
    for name in ("web", "_anki"):
        (folder / name).symlink_to(arguments.web.resolve())
    (folder / "media").symlink_to(Path(collection.media.dir()).resolve())
    jobs, cards = [], []
    for number in collection.find_cards("", order="c.id"):
        card = collection.get_card(number)
        kind = card.note_type()["name"].rpartition(": ")[2]
        for side, text in (("front", card.question()), ("back", card.answer())):
            text = re.sub(r"\[anki:(play|tts)[^\]]*\]", '<a class="replay-button" href="#"><svg></svg></a>', text)
            for night in (False, True):
                name = f"{number}-{side}-{'night' if night else 'day'}.html"
                # As the desktop program and AnkiDroid name them.
                body = f"card card{card.ord + 1}" + (" nightMode night_mode" if night else "")
                page = FRAME.format(root="night-mode" if night else "", body=body, card=text)
                (folder / "cards" / name).write_text(page, encoding="utf-8")
                for width in (PHONE, DESKTOP):
                    jobs.append({"file": name, "width": width})
                    cards.append((kind, side, night, width, card.note()["Title"] if "Title" in card.note() else card.note().fields[0]))
    results = browse(folder, jobs, arguments.chromium)
    return report(cards, results, arguments)


def browse(folder, jobs, chromium):
    """What the browser measured of each job."""
    (folder / "driver.html").write_text(DRIVER.format(jobs=json.dumps(jobs), screen=SCREEN), encoding="utf-8")
    done, found = threading.Event(), []

    class Handler(http.server.SimpleHTTPRequestHandler):
        """Serves the folder, and takes the results."""

        def do_POST(self):
            found.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            done.set()

        def log_message(self, *_):
            """Says nothing."""

    handler = functools.partial(Handler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/driver.html"
    with tempfile.TemporaryDirectory() as profile:
        switches = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    f"--user-data-dir={profile}", "--remote-debugging-port=0", f"--window-size={DESKTOP + 40},{SCREEN + 60}"]
        browser = subprocess.Popen([chromium, *switches, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if not done.wait(timeout=600):
                raise SystemExit("the browser never finished")
        finally:
            browser.kill()
            browser.wait()
            server.shutdown()
    return found


def report(cards, results, arguments):
    """Prints the heights; returns what is wrong."""
    wrong, heights = [], collections.defaultdict(list)
    for (kind, side, night, width, title), result in zip(cards, results):
        where = f"{kind}, {side}, {'night' if night else 'day'}, {width} px: {html.unescape(title)[:50]}"
        if result["wide"]:
            wrong.append(f"wider than the screen: {where}: {result['wide']}")
        wrong += [f"MathJax: {where}: {error}" for error in [*result["math"], result["error"]] if error]
        wrong += [f"contrast {ratio}: {where}: {text}" for ratio, text in result["faint"]]
        if result["small"] and width == PHONE:
            wrong.append(f"{result['small']} places to tap are lower than 44 px: {where}")
        if width == PHONE and not night:
            heights[kind, side].append(result["height"])
    print(f"{'note type':16} {'side':6} {'cards':>5} {'median':>7} {'most':>6} {'over a screen':>14}")
    for (kind, side), all_of in sorted(heights.items()):
        over = sum(height > SCREEN for height in all_of)
        print(f"{kind:16} {side:6} {len(all_of):5} {statistics.median(all_of):7.0f} {max(all_of):6} {over:14}")
    backs = [height for (_, side), all_of in heights.items() if side == "back" for height in all_of]
    over = sum(height > SCREEN for height in backs) / len(backs)
    print(f"{'all':16} {'back':6} {len(backs):5} {statistics.median(backs):7.0f} {max(backs):6} {over:13.0%}")
    if arguments.heights:
        questions = statistics.median(heights["question", "back"])
        if statistics.median(backs) > MEDIAN or over > OVER or questions > QUESTIONS:
            wrong.append(f"backs are too high: at most {MEDIAN} px in the middle, {OVER:.0%} over a screen, questions {QUESTIONS}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
