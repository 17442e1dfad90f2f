//! Decks as the JSON of a schema-11 collection: the root, and each topic's deck
//! that has a card in it or below it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Failure;
use crate::deck::{Deck, Project};

/// Anki's own deck and preset; a collection without them is damaged.
const DEFAULT: i64 = 1;

/// The column `dconf`: the preset that every deck names. Import leaves it out
/// unless the learner asks for presets, and never overwrites theirs.
pub(super) const PRESETS: &str = r#"{"1":{"id":1,"mod":0,"name":"Default","usn":0,"maxTaken":60,"autoplay":true,"timer":0,"replayq":true,"new":{"bury":false,"delays":[1.0,10.0],"initialFactor":2500,"ints":[1,4,0],"order":1,"perDay":20},"rev":{"bury":false,"ease4":1.3,"ivlFct":1.0,"maxIvl":36500,"perDay":200,"hardFactor":1.2},"lapse":{"delays":[10.0],"leechAction":1,"leechFails":8,"minInt":1,"mult":0.0},"dyn":false}}"#;

/// A deck; the names are Anki's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    id: i64,
    name: &'a str,
    r#mod: i64,
    usn: i32,
    lrn_today: [i32; 2],
    rev_today: [i32; 2],
    new_today: [i32; 2],
    time_today: [i32; 2],
    collapsed: bool,
    browser_collapsed: bool,
    desc: String,
    r#dyn: u8,
    conf: i64,
    extend_new: i32,
    extend_rev: i32,
}

/// The column `decks`.
pub(super) fn json(deck: &Deck) -> Result<String, Failure> {
    let mut rows = BTreeMap::from([(DEFAULT, row(DEFAULT, "Default", 0))]);
    let modified = deck.modified();
    for (name, id) in &deck.decks {
        let mut row = row(*id, name, modified);
        if *name == deck.project.deck {
            row.desc = description(&deck.project);
        }
        rows.insert(*id, row);
    }
    Ok(serde_json::to_string(&rows)?)
}

fn row(id: i64, name: &str, modified: i64) -> Row<'_> {
    Row {
        id,
        name,
        r#mod: modified,
        usn: if id == DEFAULT { 0 } else { -1 },
        lrn_today: [0, 0],
        rev_today: [0, 0],
        new_today: [0, 0],
        time_today: [0, 0],
        collapsed: false,
        browser_collapsed: false,
        desc: String::new(),
        r#dyn: 0,
        conf: DEFAULT,
        extend_new: 0,
        extend_rev: 0,
    }
}

/// What Anki shows under the root deck's name; an older release's stays with
/// learners, so no version or date stands in it.
fn description(project: &Project) -> String {
    let mut lines = vec![project.description.clone()];
    if !project.authors.is_empty() {
        lines.push(format!("By {}.", project.authors.join(", ")));
    }
    if !project.license.is_empty() {
        lines.push(format!("Licence: {}.", project.license));
    }
    lines.retain(|line| !line.is_empty());
    let escaped = lines.iter().map(|line| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
    escaped.collect::<Vec<_>>().join("<br>")
}
