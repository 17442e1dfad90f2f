//! Anki's file formats, for the code that writes packages and the code that reads them: the
//! messages in a schema-18 database and in a modern package, the order of names, the separators.
//! This module doesn't write or read packages itself.
//!
//! The field numbers are those of Anki's own definitions (ankitects/anki,
//! `proto/anki/notetypes.proto`, `decks.proto`, `deck_config.proto` and `import_export.proto`).
//! Fields that Cardpress neither sets nor reads are left out: a reader skips them.

use std::cmp::Ordering;

use unicase::UniCase;

/// Separates the fields of a note, and the parts of a deck's name in a schema-18 database.
pub(crate) const SEPARATOR: &str = "\u{1f}";

/// The id of Anki's own deck and of its own preset; every collection has both.
pub(crate) const DEFAULT: i64 = 1;

/// The collation by which a schema-18 database sorts names.
pub(crate) const COLLATION: &str = "unicase";

/// The order of [`COLLATION`], from the crate that Anki uses: an index built in a different order
/// would be corrupt.
pub(crate) fn compare_names(one: &str, other: &str) -> Ordering {
    UniCase::new(one).cmp(&UniCase::new(other))
}

/// `meta` of a package: `PackageMetadata`.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct Meta {
    /// [`LEGACY_1`], [`LEGACY_2`] or [`MODERN`].
    #[prost(int32, tag = "1")]
    pub(crate) version: i32,
}

/// `collection.anki2` of schema 11, a JSON media map, plain files.
pub(crate) const LEGACY_1: i32 = 1;
/// The same with the name `collection.anki21`.
pub(crate) const LEGACY_2: i32 = 2;
/// `collection.anki21b` of schema 18, [`MediaEntries`]; everything compressed.
pub(crate) const MODERN: i32 = 3;

/// `media` of a modern package. Each entry's file is named after its index.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct MediaEntries {
    #[prost(message, repeated, tag = "1")]
    pub(crate) entries: Vec<MediaEntry>,
}

/// The field number of [`MediaEntries::entries`], for reading them one by one.
pub(crate) const MEDIA_ENTRY: u32 = 1;

/// A media file, as it is when uncompressed.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct MediaEntry {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(uint32, tag = "2")]
    pub(crate) size: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) sha1: Vec<u8>,
}

/// `Notetype.Config`
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct NoteTypeConfig {
    /// 1 if cards come from cloze deletions.
    #[prost(int32, tag = "1")]
    pub(crate) kind: i32,
    #[prost(uint32, tag = "2")]
    pub(crate) sort_field: u32,
    #[prost(string, tag = "3")]
    pub(crate) css: String,
    #[prost(string, tag = "5")]
    pub(crate) latex_pre: String,
    #[prost(string, tag = "6")]
    pub(crate) latex_post: String,
}

/// `Notetype.Field.Config`
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct FieldConfig {
    #[prost(bool, tag = "2")]
    pub(crate) rtl: bool,
    #[prost(string, tag = "3")]
    pub(crate) font: String,
    #[prost(uint32, tag = "4")]
    pub(crate) size: u32,
    #[prost(int64, optional, tag = "9")]
    pub(crate) id: Option<i64>,
}

/// `Notetype.Template.Config`
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct TemplateConfig {
    #[prost(string, tag = "1")]
    pub(crate) front: String,
    #[prost(string, tag = "2")]
    pub(crate) back: String,
    #[prost(string, tag = "3")]
    pub(crate) browser_front: String,
    #[prost(string, tag = "4")]
    pub(crate) browser_back: String,
    #[prost(int64, optional, tag = "8")]
    pub(crate) id: Option<i64>,
}

/// `Deck.KindContainer`
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct DeckKind {
    #[prost(message, optional, tag = "1")]
    pub(crate) normal: Option<NormalDeck>,
}

/// `Deck.Normal`
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct NormalDeck {
    #[prost(int64, tag = "1")]
    pub(crate) preset: i64,
    #[prost(string, tag = "4")]
    pub(crate) description: String,
}

/// `DeckConfig.Config`
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Preset {
    #[prost(float, repeated, tag = "1")]
    pub(crate) learn_steps: Vec<f32>,
    #[prost(float, repeated, tag = "2")]
    pub(crate) relearn_steps: Vec<f32>,
    #[prost(uint32, tag = "9")]
    pub(crate) new_per_day: u32,
    #[prost(uint32, tag = "10")]
    pub(crate) reviews_per_day: u32,
    #[prost(float, tag = "11")]
    pub(crate) initial_ease: f32,
    #[prost(float, tag = "12")]
    pub(crate) easy_multiplier: f32,
    #[prost(float, tag = "13")]
    pub(crate) hard_multiplier: f32,
    #[prost(float, tag = "15")]
    pub(crate) interval_multiplier: f32,
    #[prost(uint32, tag = "16")]
    pub(crate) maximum_review_interval: u32,
    #[prost(uint32, tag = "17")]
    pub(crate) minimum_lapse_interval: u32,
    #[prost(uint32, tag = "18")]
    pub(crate) graduating_interval_good: u32,
    #[prost(uint32, tag = "19")]
    pub(crate) graduating_interval_easy: u32,
    /// 1 only tags the card.
    #[prost(int32, tag = "21")]
    pub(crate) leech_action: i32,
    #[prost(uint32, tag = "22")]
    pub(crate) leech_threshold: u32,
    #[prost(uint32, tag = "24")]
    pub(crate) cap_answer_time_to_secs: u32,
    #[prost(bool, tag = "27")]
    pub(crate) bury_new: bool,
    #[prost(bool, tag = "28")]
    pub(crate) bury_reviews: bool,
    #[prost(bool, tag = "29")]
    pub(crate) bury_interday_learning: bool,
    /// 1 shows new cards in the order in which they were gathered.
    #[prost(int32, tag = "32")]
    pub(crate) new_card_sort_order: i32,
    /// 1 gathers them by their positions, whatever their decks.
    #[prost(int32, tag = "34")]
    pub(crate) new_card_gather_priority: i32,
    #[prost(float, tag = "37")]
    pub(crate) desired_retention: f32,
    #[prost(float, tag = "40")]
    pub(crate) historical_retention: f32,
}
