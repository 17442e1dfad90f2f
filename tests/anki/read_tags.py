#!/usr/bin/env python3
"""A PDF as a screen reader presents it: title, language, bookmarks, and the tags with their texts.

    read_tags.py FILE...

Lines that begin with `fault:` report what a listener would miss.
"""

import sys
from pathlib import Path

import pypdf
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject

# Tags with content that cannot be read aloud, so they need alternative text.
DRAWN = {"/Figure", "/Formula"}
# Tags within a line of text.
INLINE = {"/Span", "/Strong", "/Em", "/Code", "/Link", "/Formula", "/Ruby", "/Lbl", "/Sub", "/Reference", "/Note"}


class Tags:
    """The tree of tags, with what is on the pages under each."""

    def __init__(self, reader):
        self.reader = reader
        self.lines = []
        self.faults = []
        self.counts = {}
        self.read = set()
        # Whether the last line belongs to the current tag, and how deep that tag is.
        self.open, self.depth = False, 0
        self.pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}
        self.marked = [marked(page, reader) for page in reader.pages]

    def walk(self, node, depth, page):
        """Reads a tag and everything below it."""
        role = node["/S"]
        self.counts[role] = self.counts.get(role, 0) + 1
        page = node.raw_get("/Pg") if "/Pg" in node else page
        alt = str(node.get("/Alt", "")).strip()
        if role in DRAWN and not alt:
            self.faults.append(f"a {role[1:]} has no words")
        lang = f" [{node['/Lang']}]" if "/Lang" in node else ""
        inline = role in INLINE
        outer = self.depth
        if not inline:
            self.lines.append("  " * depth + role[1:] + lang + ":")
            self.open, self.depth = True, depth
        elif role in DRAWN:
            self.say(f" ‹{alt}› ")
        for kid in kids(node):
            if isinstance(kid, tuple):
                place, number = kid
                number_of_page = self.pages[(place or page).idnum]
                self.read.add((number_of_page, number))
                if role not in DRAWN:
                    self.say(self.marked[number_of_page].get(number, ""))
            else:
                self.walk(kid, depth + (not inline), page)
        if not inline:
            self.open, self.depth = False, outer

    def say(self, text):
        """Adds text to the line of the current tag."""
        if not self.open:
            if not text.strip():
                return
            self.lines.append("  " * (self.depth + 1) + "-")
            self.open = True
        self.lines[-1] += (" " if self.lines[-1].endswith((":", "-")) else "") + text


def kids(node):
    """What is directly below a tag: tags, and texts as (page or None, number)."""
    found = node.get("/K", ArrayObject())
    for kid in found if isinstance(found, ArrayObject) else [found]:
        kid = kid.get_object() if isinstance(kid, IndirectObject) else kid
        if isinstance(kid, int):
            yield None, int(kid)
        elif kid.get("/Type") == "/MCR":
            yield (kid.raw_get("/Pg") if "/Pg" in kid else None), int(kid["/MCID"])
        elif kid.get("/Type") != "/OBJR":
            yield kid


def unicode_maps(page):
    """For each font of a page, the characters that its codes represent."""
    maps = {}
    for name, font in page["/Resources"].get("/Font", {}).items():
        table = {}
        stream = font.get_object().get("/ToUnicode")
        if stream is not None:
            lines = stream.get_object().get_data().decode("latin-1").splitlines()
            mode = None
            for line in lines:
                if line.endswith(("beginbfchar", "beginbfrange")):
                    mode = "range" if "range" in line else "char"
                elif line.startswith("endbf"):
                    mode = None
                elif mode == "char":
                    code, value = line.split()[:2]
                    table[int(code.strip("<>"), 16)] = bytes.fromhex(value.strip("<>")).decode("utf-16-be")
                elif mode == "range":
                    first, last, value = line.split()[:3]
                    start = int(value.strip("<>"), 16)
                    for code in range(int(first.strip("<>"), 16), int(last.strip("<>"), 16) + 1):
                        table[code] = chr(start + code - int(first.strip("<>"), 16))
        maps[name] = table
    return maps


def marked(page, reader):
    """The text of each numbered piece of a page; the key None is for content without a tag."""
    maps, found, stack, table = unicode_maps(page), {}, [], {}
    # Not zero while alternative text replaces what is drawn.
    replaced = []

    def add(text):
        numbers = [number for number in stack if number is not None]
        place = numbers[-1] if numbers else ("artifact" if stack else None)
        found[place] = found.get(place, "") + text

    def show(data):
        raw = data.original_bytes if hasattr(data, "original_bytes") else bytes(data)
        if not any(replaced):
            add("".join(table.get(int.from_bytes(raw[at : at + 2], "big"), "") for at in range(0, len(raw), 2)))

    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"BDC":
            properties = operands[1]
            properties = properties if isinstance(properties, DictionaryObject) else {}
            number = properties.get("/MCID")
            stack.append(int(number) if number is not None else None)
            replaced.append("/ActualText" in properties)
            if replaced[-1]:
                add(str(properties["/ActualText"]).replace("\u00ad", ""))
            if number is not None:
                found.setdefault(int(number), "")
        elif operator == b"BMC":
            stack.append(None)
            replaced.append(False)
        elif operator == b"EMC":
            stack.pop()
            replaced.pop()
        elif operator == b"Tf":
            table = maps.get(operands[0], {})
        elif operator == b"Tj":
            show(operands[0])
        elif operator == b"TJ":
            for part in operands[0]:
                if not isinstance(part, (int, float)):
                    show(part)
    return found


def fonts(reader):
    """Names of the fonts, and those that are not embedded."""
    embedded, absent = set(), set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            own = [kid.get_object() for kid in font.get("/DescendantFonts", [font])]
            for each in own:
                name = str(each["/BaseFont"])[1:].split("+")[-1]
                descriptor = each.get("/FontDescriptor", {}).get_object()
                held = any(f"/FontFile{suffix}" in descriptor for suffix in ("", "2", "3"))
                (embedded if held else absent).add(name)
    return sorted(embedded), sorted(absent)


def bookmarks(items, depth=0):
    """The titles of bookmarks, with nested ones indented."""
    for item in items:
        if isinstance(item, list):
            yield from bookmarks(item, depth + 1)
        else:
            yield "  " * depth + item.title


def main():
    """Prints every file named on the command line."""
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    for path in map(Path, sys.argv[1:]):
        print(f"document {path.name}")
        show(path)


def show(path):
    """Prints one document."""
    reader = pypdf.PdfReader(path, strict=True)
    root = reader.trailer["/Root"]
    faults = []
    title, language = reader.metadata.title, root.get("/Lang")
    shown = root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")
    if not title or not shown:
        faults.append("no title, or not shown as one")
    if not language:
        faults.append("no language")
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        faults.append("not tagged")
    embedded, absent = fonts(reader)
    faults.extend(f"{name} is not embedded" for name in absent)
    outline = list(bookmarks(reader.outline))
    if not outline:
        faults.append("no bookmarks")
    tags = Tags(reader)
    for kid in kids(root.get("/StructTreeRoot", {})):
        tags.walk(kid, 0, None)
    faults.extend(tags.faults)
    for number, page in enumerate(tags.marked):
        for mark, text in page.items():
            if mark is None and text.strip():
                faults.append(f"page {number + 1}: neither tagged nor decoration: {text[:60]!r}")
            if isinstance(mark, int) and (number, mark) not in tags.read:
                faults.append(f"page {number + 1}: in no tag: {text[:60]!r}")
    print(f"title: {title}\nlanguage: {language}\nfonts: {', '.join(embedded)}\nbookmarks:")
    print("\n".join("  " + line for line in outline))
    print("tags: " + ", ".join(f"{count} {role[1:]}" for role, count in sorted(tags.counts.items())))
    print("\n".join(line.rstrip(":") for line in tags.lines))
    for fault in faults:
        print(f"fault: {path.name}: {fault}")


if __name__ == "__main__":
    main()
