#!/usr/bin/env python3
"""Every card of a package as a learner sees it: in Anki's own reviewer style, in headless Chromium.

    cards.py --reviewer FOLDER --chromium BINARY [--heights | --pictures FOLDER | --compare FOLDER | --mixed] PACKAGE...

The reviewer is where Anki's desktop program is installed, for its style and its MathJax. The cards
are rendered by the real Anki and shown at the width of a phone and of a desktop, by day and by night.
It prints a table of heights by note type. Exit 1 if anything is wider than the screen, if MathJax
reports an error, if text has too little contrast, or if the backs are higher than they may be.

`--pictures` draws a card of each note type instead, and `--compare` says which of these pictures
look different now. `--mixed` reviews the cards again and again, as each Anki shows them, and says
where the options of a choice are not mixed as they should be.
"""

import argparse
import collections
import contextlib
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
import time
from pathlib import Path

from learner import Learner

START = 1_420_070_400  # see examples.py
PHONE, DESKTOP, PANE, SCREEN = 390, 1100, 640, 844
# What of a card is measured: contrast is the same at any width.
SHOWN = [
    ("front", False, PHONE),
    ("front", True, PHONE),
    ("back", False, PHONE),
    ("back", True, PHONE),
    ("back", False, DESKTOP),
]
# How high backs may be, in CSS pixels at the width of a phone, and how many may be higher than a screen.
MEDIAN, QUESTIONS, OVER = 500, 844, 0.10
# The share of a picture that may look different: browsers draw letters differently from version to version.
ALIKE = 0.0025
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SHEET = """<!doctype html><meta charset="utf-8">
<style>body {{ display: flex; gap: 10px; margin: 0; background: #999 }} iframe {{ border: 0; height: {height}px }}</style>
{frames}<script>
document.querySelectorAll('iframe').forEach(frame => frame.onload = () => frame.contentWindow.MathJax.typesetPromise());
</script>"""

# Compares the colours of squares of twelve pixels, which a letter's exact shape hardly changes.
COMPARE = """<!doctype html><meta charset="utf-8"><script>
async function squares(name) {{
  const image = new Image();
  image.src = '/' + name;
  await image.decode();
  const [width, height] = [Math.ceil(image.width / 12), Math.ceil(image.height / 12)];
  const canvas = Object.assign(document.createElement('canvas'), {{width, height}});
  const context = canvas.getContext('2d', {{willReadFrequently: true}});
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  return {{width, height, data: context.getImageData(0, 0, width, height).data}};
}}
(async () => {{
  const [one, other] = [await squares('{one}'), await squares('{other}')];
  let share = 1;
  if (one.width === other.width && one.height === other.height) {{
    let different = 0;
    for (let at = 0; at < one.data.length; at += 4)
      different += [0, 1, 2].some(channel => Math.abs(one.data[at + channel] - other.data[at + channel]) > 24);
    share = different / (one.width * one.height);
  }}
  await fetch('/results', {{method: 'POST', body: JSON.stringify([share])}});
}})();
</script>"""

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

# How the sides of a card come onto the screen: in one page, by the functions of Anki's own reviewer; each in a new page,
# as in AnkiDroid; the same where nothing can be kept from one page for the next; and without scripts.
WAYS = ["one page", "new pages", "nothing kept", "no scripts"]
REVIEWS = 20

# What a page shows of the options, in a reading of its own.
READ = r"""
function read() {
  const text = node => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll('mjx-container').forEach(formula => formula.replaceWith('∎'));
    return copy.textContent.replace(/\\\(.*?\\\)|\\\[.*?\\\]/gs, '∎').replace(/\s+/g, ' ').trim();
  };
  const listed = (selector, first) => {
    let box = document.querySelector(selector);
    if (box && box.children.length && box.children[0].matches('div[lang]')) box = box.children[0];
    const [all, rest] = [[], []];
    for (const node of box ? box.children : []) {
      const found = node.matches('p') && text(node).match(first);
      if (found) all.push({mark: found[1], letter: found[2], text: [found[3]]});
      else if (all.length && !node.matches('.footnotes, .cp-more')) all[all.length - 1].text.push(text(node));
      else rest.push(text(node));
    }
    return {all, rest};
  };
  return {front: listed('.cp-options', /^()([^ .])\.(.*)/s), back: listed('.cp-back', /^([✓✗]) ([^ .])\.(.*)/s)};
}
"""

# Reviews every card in each way, and sends what it read.
REVIEWER = """<!doctype html><html><head><meta charset="utf-8"><script>
window.pycmd = window.bridgeCommand = () => {{}};
</script><link rel="stylesheet" href="/web/css/reviewer.css"><script src="/web/js/mathjax.js"></script>
<script src="/web/js/vendor/mathjax/tex-chtml-full.js"></script><script src="/web/js/reviewer.js"></script><script>{read}</script>
</head><body><div id="_mark" hidden></div><div id="_flag" hidden></div><div id="qa"></div></body></html>"""

MIXED = """<!doctype html><meta charset="utf-8"><body><script>
const [cards, ways, reviews] = {jobs};
const read = {read};
function open(file, sandbox) {{
  const frame = document.createElement('iframe');
  if (sandbox) frame.sandbox = sandbox;
  frame.src = '/cards/' + file;
  document.body.append(frame);
  return new Promise(done => frame.onload = () => done(frame));
}}
async function inPage(file, sandbox) {{
  const told = new Promise(done => window.addEventListener('message', event => done(event.data), {{once: true}}));
  const frame = await open(file, sandbox);
  const found = sandbox === 'allow-same-origin' ? new Function('document', read + 'return read()')(frame.contentDocument) : await told;
  frame.remove();
  return found;
}}
async function all() {{
  const found = [];
  for (const way of ways) {{
    const desktop = way === 'one page' && (await open('reviewer.html')).contentWindow;
    const sandbox = {{'nothing kept': 'allow-scripts', 'no scripts': 'allow-same-origin'}}[way];
    const side = async (card, name) => {{
      if (!desktop) return inPage(card.files[name], sandbox);
      if (name === 'front') desktop._showQuestion(card.front, card.back, 'card');
      else desktop._showAnswer(card.back, 'card');
      await new Promise(done => desktop._queueAction(done));
      return desktop.read();
    }};
    for (let at = 0; at < reviews; at++)
      for (const card of cards)
        found.push({{way, card: card.name, front: await side(card, 'front'), back: await side(card, 'back')}});
  }}
  return found;
}}
all().catch(error => [String(error)]).then(found => fetch('/results', {{method: 'POST', body: JSON.stringify(found)}}));
</script>"""


def main():
    """Shows every card; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviewer", type=Path, required=True, help="where Anki's desktop program is installed")
    parser.add_argument("--chromium", required=True, help="the browser")
    parser.add_argument("--pictures", type=Path, help="where to put a picture of a card of each note type")
    parser.add_argument("--compare", type=Path, help="where such pictures are")
    parser.add_argument("--heights", action="store_true", help="fail if backs are higher than they may be")
    parser.add_argument("--mixed", action="store_true", help="review the cards, and look at the order of options")
    parser.add_argument("packages", type=Path, nargs="+")
    arguments = parser.parse_args()
    web = next(arguments.reviewer.glob("**/_aqt/data/web")).resolve()
    wrong, drawn = [], set()
    for package in arguments.packages:
        with tempfile.TemporaryDirectory() as name, Learner(START) as learner:
            folder = Path(name)
            learner.import_package(package)
            for link in ("web", "_anki"):
                (folder / link).symlink_to(web)
            (folder / "media").symlink_to(Path(learner.collection.media.dir()).resolve())
            (folder / "cards").mkdir()
            if arguments.pictures or arguments.compare:
                wrong += pictures(learner.collection, folder, arguments, drawn)
            elif arguments.mixed:
                wrong += mixed(learner.collection, folder, arguments)
            else:
                wrong += look(learner.collection, folder, arguments)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


def look(collection, folder, arguments):
    """Shows every card of a collection and prints the heights; returns what is wrong."""
    jobs, cards = [], []
    for number in collection.find_cards("", order="c.id"):
        card = collection.get_card(number)
        kind = card.note_type()["name"].rpartition(": ")[2]
        for side, night, width in SHOWN:
            jobs.append({"file": write(folder, card, side, night), "width": width})
            cards.append((kind, side, night, width, card.note().fields[0]))
    (folder / "driver.html").write_text(DRIVER.format(jobs=json.dumps(jobs), screen=SCREEN), encoding="utf-8")
    return report(cards, visit(folder, "driver.html", arguments.chromium), arguments)


def write(folder, card, side, night):
    """Writes the page that shows a side of a card; returns its name."""
    text = card.question() if side == "front" else card.answer()
    text = re.sub(r"\[anki:(play|tts)[^\]]*\]", '<a class="replay-button" href="#"><svg></svg></a>', text)
    # As the desktop program and AnkiDroid name them.
    body = f"card card{card.ord + 1}" + (" nightMode night_mode" if night else "")
    name = f"{card.id}-{side}-{'night' if night else 'day'}.html"
    page = FRAME.format(root="night-mode" if night else "", body=body, card=text)
    (folder / "cards" / name).write_text(page, encoding="utf-8")
    return name


def mixed(collection, folder, arguments):
    """Reviews every card of a collection in each way; returns where options are not mixed as they should be."""
    cards = []
    for card in map(collection.get_card, collection.find_cards("", order="c.id")):
        name = f"{card.note().fields[0][:40]} ({card.template()['name']})"
        files = {side: write(folder, card, side, False) for side in ("front", "back")}
        cards.append({"name": name, "files": files, "front": card.question(), "back": card.answer()})
    for file in (folder / "cards").iterdir():
        told = f"<script>{READ}onload = () => parent.postMessage(read(), '*');</script></body>"
        file.write_text(file.read_text(encoding="utf-8").replace("</body>", told), encoding="utf-8")
    (folder / "cards" / "reviewer.html").write_text(REVIEWER.format(read=READ), encoding="utf-8")
    jobs = json.dumps([cards, WAYS, REVIEWS]).replace("<", "\\u003c")
    (folder / "mixed.html").write_text(MIXED.format(jobs=jobs, read=json.dumps(READ)), encoding="utf-8")
    seen = collections.defaultdict(list)
    for review in visit(folder, "mixed.html", arguments.chromium):
        if isinstance(review, str):
            return [review]
        seen[review["card"], review["way"]].append((review["front"], review["back"]))
    wrong = []
    for card in dict.fromkeys(card for card, _ in seen):
        fixed = seen[card, WAYS[-1]][0]
        for way in WAYS:
            wrong += [f"{card}, {way}: {what}" for what in unmixed(seen[card, way], fixed, WAYS.index(way) < 2)]
    return wrong


def unmixed(reviews, fixed, mixes):
    """What is wrong with these reviews of a card; `fixed` is one without scripts."""
    options = fixed[0]["front"]["all"]
    orders = collections.Counter()
    for front, back in reviews:
        shown, marked = front["front"]["all"], back["back"]["all"]
        orders[" ".join(option["text"][0] for option in shown)] += 1
        same = [[(option["letter"], option["text"][0]) for option in side] for side in (shown, back["front"]["all"], marked)]
        if options and not same[0] == same[1] == same[2]:
            yield f"the sides differ: {same}"
        if [option["letter"] for option in shown] != [option["letter"] for option in options]:
            yield f"the letters are not in order: {shown}"
        for found, before in [(front["front"], fixed[0]["front"]), (back["back"], fixed[1]["back"])]:
            if sorted(map(bare, found["all"])) != sorted(map(bare, before["all"])) or found["rest"] != before["rest"]:
                yield f"this belongs to a different option: {found}, but before: {before}"
        if not (mixes and options) and (front, back) != fixed:
            yield f"the order is not the fixed one: {(front, back)}"
    if options and mixes:
        print(f"{len(orders)} orders in {len(reviews)} reviews: {fixed[0]['front']['all'][0]['text'][0]}")
    if options and mixes and len(orders) < 2:
        yield f"always in this order: {list(orders)}"


def bare(option):
    """An option without its letter."""
    return (option["mark"], *option["text"])


def pictures(collection, folder, arguments, drawn):
    """Draws, or compares, the back of a card of each note type that is not yet `drawn`; returns what is wrong."""
    wrong = []
    target = arguments.pictures or folder
    target.mkdir(exist_ok=True)
    for note_type in sorted(model.name for model in collection.models.all_names_and_ids()):
        name = re.sub(r"[^a-z]+", "-", note_type.rpartition(": ")[2].lower()) + ".png"
        found = collection.find_cards(f'"note:{note_type}"', order="c.id")
        if not found or name in drawn:
            continue
        drawn.add(name)
        # The one that has most to show.
        card = max(map(collection.get_card, found), key=lambda card: (card.answer().count("<details"), -card.id))
        frames = [(width, write(folder, card, "back", night)) for width in (PHONE, PANE) for night in (False, True)]
        frames = [f'<iframe width="{width}" src="/cards/{page}"></iframe>' for width, page in frames]
        (folder / "sheet.html").write_text(SHEET.format(frames="\n".join(frames), height=SCREEN), encoding="utf-8")
        shoot(folder, "sheet.html", target / name, arguments.chromium)
        if arguments.compare and not (arguments.compare / name).exists():
            wrong.append(f"there is no picture {name}")
        elif arguments.compare:
            (folder / "before.png").write_bytes((arguments.compare / name).read_bytes())
            (folder / "compare.html").write_text(COMPARE.format(one="before.png", other=name), encoding="utf-8")
            [share] = visit(folder, "compare.html", arguments.chromium)
            print(f"{name}: {share:.1%} looks different")
            if share > ALIKE:
                wrong.append(f"{name} looks different: {share:.1%} of it")
    return wrong


def shoot(folder, page, picture, chromium):
    """Draws a page when all its frames are there."""
    with serve(folder) as (address, _), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        size = [f"--window-size={2 * (PHONE + PANE) + 30},{SCREEN}", "--force-device-scale-factor=0.75"]
        draw = ["--hide-scrollbars", "--virtual-time-budget=20000", f"--screenshot={picture}"]
        command = [chromium, *SWITCHES, f"--user-data-dir={profile}", *size, *draw, f"{address}/{page}"]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=True)


def visit(folder, page, chromium):
    """Shows a page until it sends something back; returns that."""
    with serve(folder) as (address, found), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        size = [f"--window-size={DESKTOP + 40},{SCREEN + 60}", "--remote-debugging-port=0"]
        command = [chromium, *SWITCHES, f"--user-data-dir={profile}", *size, f"{address}/{page}"]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            latest = time.monotonic() + 600
            while not found:
                if time.monotonic() > latest or browser.poll() is not None:
                    raise SystemExit("the browser never finished")
                time.sleep(0.05)
        finally:
            browser.kill()
            browser.wait()
    return found


@contextlib.contextmanager
def serve(folder):
    """Serves the folder: gives the address, and a list that gets what a page sends back."""
    found = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        """Serves the folder, and takes the results."""

        def do_POST(self):
            found.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", found
    finally:
        server.shutdown()


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
