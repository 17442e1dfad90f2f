#!/usr/bin/env python3
"""A PDF as readable text: pages, sizes, title, fonts, and the text of each page.

    read_pdf.py FILE...
"""

import sys
from pathlib import Path

from pypdf import PdfReader

MILLIMETRES_A_POINT = 25.4 / 72


def main():
    """Prints every file named on the command line."""
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    for path in map(Path, sys.argv[1:]):
        reader = PdfReader(path)
        metadata = reader.metadata or {}
        print(f"document {path.name}: {len(reader.pages)} pages")
        print(f"title: {metadata.get('/Title', 'none')}")
        print(f"language: {reader.root_object.get('/Lang', 'none')}")
        print("fonts:")
        for name, embedded in sorted(fonts(reader).items()):
            print(f"  {name}: {'embedded' if embedded else 'NOT EMBEDDED'}")
        for number, page in enumerate(reader.pages, start=1):
            print_page(number, page)


def print_page(number, page):
    """The size of a page and its text."""
    width, height = (float(side) * MILLIMETRES_A_POINT for side in (page.mediabox.width, page.mediabox.height))
    print(f"page {number}: {width:.0f} × {height:.0f} mm")
    for line in page.extract_text().splitlines():
        if line.strip():
            print(f"  {line.rstrip()}")


def fonts(reader):
    """Whether each font of the document is embedded, by name without the subset tag."""
    found = {}
    for page in reader.pages:
        for reference in page.get("/Resources", {}).get("/Font", {}).values():
            font = reference.get_object()
            name = str(font.get("/BaseFont", "unnamed")).lstrip("/").split("+")[-1]
            found[name] = found.get(name, True) and is_embedded(font)
    return found


def is_embedded(font):
    """Whether a font is embedded: the descendant of a composite font has its file; a Type 3 font is drawn in place."""
    if font.get("/Subtype") == "/Type3":
        return True
    descendants = font.get("/DescendantFonts")
    holder = descendants.get_object()[0].get_object() if descendants else font
    descriptor = holder.get("/FontDescriptor", {})
    descriptor = descriptor.get_object() if hasattr(descriptor, "get_object") else descriptor
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


if __name__ == "__main__":
    main()
