//! Input formats of decks that exist already, as a table. To add one, write what reads it into a
//! [`Collection`], and add a row to [`ALL`].

use std::fmt;
use std::io::{Read, Seek};

use crate::anki::{self, Collection};

/// A format: how its files are called and what reads them.
#[derive(Clone, Copy)]
pub struct Reader {
    /// Its name.
    pub name: &'static str,
    /// What its files are, in a few words.
    pub about: &'static str,
    /// How their names end, without the dot.
    pub endings: &'static [&'static str],
    /// Reads a file.
    pub read: fn(&mut dyn Source) -> Result<Collection, Failure>,
}

/// What a file is read from.
pub trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// Why a file cannot be read, in words for its user.
#[derive(Debug)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Every format.
pub const ALL: &[Reader] = &[Reader {
    name: "apkg",
    about: "A package from Anki or any other program",
    endings: &["apkg", "colpkg"],
    read: |file| anki::read::package(file).map_err(|failure| Failure(failure.to_string())),
}];

/// The reader of files whose names end like `name`, if there is one.
#[must_use]
pub fn of(name: &str) -> Option<&'static Reader> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    ALL.iter().find(|reader| reader.endings.contains(&ending.as_str()))
}
