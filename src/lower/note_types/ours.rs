//! Our own note types. Each is a folder in `assets/note-types` that a designer can open, with
//! its definition and the two sides of its cards.

/// A note type: its name, its `note-type.yaml`, and its templates by file name.
pub(super) type Folder = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

macro_rules! folder {
    ($name:literal $($file:literal)*) => {
        (
            $name,
            include_str!(concat!("../../../assets/note-types/", $name, "/note-type.yaml")),
            &[$(($file, include_str!(concat!("../../../assets/note-types/", $name, "/", $file)))),*],
        )
    };
}

/// All of them, in the order of the constants of `NoteTypeId`.
pub(super) const OURS: [Folder; 8] = [
    folder!("question" "back.html" "front.html" "reverse-front.html" "typing-front.html"),
    folder!("story" "back.html" "front.html" "reverse-back.html" "reverse-front.html" "typing-front.html"),
    folder!("pattern" "back.html" "front.html" "reverse-back.html" "reverse-front.html" "typing-back.html" "typing-front.html"),
    folder!("table-row" "back.html" "front.html" "reverse-back.html" "reverse-front.html" "typing-back.html" "typing-front.html"),
    folder!("fact" "back.html" "front.html"),
    folder!("choice" "back.html" "front.html" "reverse-back.html" "reverse-front.html" "typing-front.html"),
    folder!("tip" "back.html" "front.html" "reverse-back.html" "reverse-front.html" "typing-front.html"),
    folder!("checklist-item" "back.html" "front.html" "reverse-back.html" "reverse-front.html" "typing-back.html" "typing-front.html"),
];
