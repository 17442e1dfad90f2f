//! `duplicate-question`, `near-duplicate` and `interference`: questions that learners mistake for
//! each other. Wozniak's eleventh rule: combat interference.
//!
//! Similar questions are found with `MinHash` in bands (Broder, "On the resemblance and
//! containment of documents", 1997; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets",
//! chapter 3) rather than by comparing all pairs.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::languages::Language;
use super::{Course, Finding, words};
use crate::deck::study::{Face, Study};
use crate::diag::{Code, Diagnostic};
use crate::threads::Threads;

/// From here on, two questions are similar. Likeness is the share of words and pairs of
/// neighbouring words that both questions have.
const LIKE: f64 = 0.5;
/// From here on, learners mistake two questions with different answers for each other. Below
/// this are pairs that an author contrasts on purpose, such as the causes of acute and of
/// chronic pancreatitis.
const MISTAKEN: f64 = 0.6;
/// From here on, two answers count as the same.
const SAME: f64 = 0.5;
/// Shorter questions are similar by chance.
const FEWEST: usize = 4;
/// Bands of this many hashes: questions with a likeness of 0.5 share a band with a probability
/// of 99 %, those with 0.2 with a probability of 23 %.
const BANDS: usize = 32;
const ROWS: usize = 3;
/// A question is compared with at most this many neighbours in a band: a deck generated from a
/// template must not cost a comparison of all pairs.
const NEIGHBOURS: usize = 8;

pub(super) fn duplicates(course: &Course<'_>, found: &mut Vec<Finding>) {
    let mut first: BTreeMap<String, (&Study, &Face)> = BTreeMap::new();
    for (item, face) in faces(course) {
        let field = first_field(face);
        let mut words = String::with_capacity(field.len() + 1);
        words::each(&field).for_each(|word| words.extend([&*word, " "]));
        if words.is_empty() {
            continue;
        }
        if let Some((other, earlier)) = first.get(&words) {
            let diagnostic = Diagnostic::warning(
                Code::DUPLICATE_QUESTION,
                face.ask.span,
                format!("`{}` asks the same question", other.id),
            )
            .label("the same words")
            .also(earlier.ask.span, "asked here first")
            .help("Anki treats notes with the same first field as duplicates: delete one, or ask about the difference");
            found.push(Finding::of(item, diagnostic));
        } else {
            first.insert(words, (item, face));
        }
    }
}

/// Similar questions, with the same answer or with different ones.
pub(super) fn pairs(course: &Course<'_>, found: &mut Vec<Finding>) {
    for pair in like(course) {
        let diagnostic = if pair.same_answer {
            let message = format!("this is nearly the same as `{}`, including the answer", pair.first.id);
            Diagnostic::warning(Code::NEAR_DUPLICATE, pair.second_face.ask.span, message)
                .also(pair.first_face.ask.span, "similar to this one")
                .help("keep the better one, or make each ask for something different")
        } else {
            let message = format!("this is easily mistaken for `{}`, which has a different answer", pair.first.id);
            Diagnostic::warning(Code::INTERFERENCE, pair.second_face.ask.span, message)
                .also(pair.first_face.ask.span, "similar to this one")
                .help("begin each with what tells them apart, or ask for the difference in one item")
        };
        let diagnostic = diagnostic.label(format!("{:.0} % the same", pair.likeness * 100.0));
        found.push(Finding::of(pair.second, diagnostic));
    }
}

/// What Anki compares: for a sentence with clozes, all of its text.
fn first_field(face: &Face) -> String {
    let hidden = face.hidden.iter().map(|part| part.text.as_str());
    std::iter::once(face.ask.text.as_str()).chain(hidden).collect::<Vec<_>>().join(" ")
}

fn faces<'c>(course: &'c Course<'_>) -> impl Iterator<Item = (&'c Study, &'c Face)> {
    course.items().flat_map(|item| item.faces.iter().map(move |face| (item, face)))
}

/// Two similar questions, in the order of the sources.
struct Pair<'c> {
    first: &'c Study,
    first_face: &'c Face,
    second: &'c Study,
    second_face: &'c Face,
    likeness: f64,
    same_answer: bool,
}

/// Each question with the earlier one that it is most similar to, if there is one.
fn like<'c>(course: &'c Course<'_>) -> Vec<Pair<'c>> {
    let faces: Vec<(&Study, &Face)> = faces(course).collect();
    let asks = course.threads.map(&faces, |(item, face)| shingles(course.language(item), &face.ask.text));
    // Many questions may be similar to one from a template, so we read each answer only once.
    let answers: Vec<OnceLock<Vec<u64>>> = faces.iter().map(|_| OnceLock::new()).collect();
    let answer = |at: usize| {
        let (item, face) = faces[at];
        answers[at].get_or_init(|| shingles(course.language(item), &face.answer.text))
    };
    let candidates: Vec<(usize, Vec<usize>)> = candidates(&asks, course.threads).into_iter().enumerate().collect();
    let pairs = course.threads.map(&candidates, |(second, candidates)| {
        let second = *second;
        let rated = candidates.iter().copied().filter(|first| faces[*first].0.id != faces[second].0.id);
        let rated = rated.map(|first| (resemblance(&asks[first], &asks[second]), first));
        // Questions with exactly the same words are left to `duplicate-question`.
        let rated = rated.filter(|(likeness, _)| (LIKE..1.0).contains(likeness));
        let (likeness, first) = rated.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
        let same_answer = resemblance(answer(first), answer(second)) >= SAME;
        // An author who links two items knows that they are similar.
        let linked =
            faces[first].0.links.contains(&faces[second].0.id) || faces[second].0.links.contains(&faces[first].0.id);
        if !same_answer && (likeness < MISTAKEN || linked) {
            return None;
        }
        Some(Pair {
            first: faces[first].0,
            first_face: faces[first].1,
            second: faces[second].0,
            second_face: faces[second].1,
            likeness,
            same_answer,
        })
    });
    pairs.into_iter().flatten().collect()
}

/// For each question, the earlier ones that share a band with it, in order.
fn candidates(asks: &[Vec<u64>], threads: Threads) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); asks.len()];
    let orders: [u64; BANDS * ROWS] = std::array::from_fn(|order| mixed(order as u64 + 1) | 1);
    let enough: Vec<(usize, &Vec<u64>)> = asks.iter().enumerate().filter(|(_, set)| set.len() >= FEWEST).collect();
    let signatures = threads.map(&enough, |(at, set)| (*at, signature(set, &orders)));
    for band in 0..BANDS {
        let rows = band * ROWS..(band + 1) * ROWS;
        let key = |signature: &[u64]| signature[rows.clone()].iter().fold(0, |key, hash| mixed(key ^ hash));
        let mut keyed: Vec<(u64, usize)> = signatures.iter().map(|(at, signature)| (key(signature), *at)).collect();
        keyed.sort_unstable();
        for alike in keyed.chunk_by(|a, b| a.0 == b.0) {
            for (number, (_, at)) in alike.iter().enumerate() {
                found[*at].extend(alike[..number.min(NEIGHBOURS)].iter().map(|(_, first)| *first));
            }
        }
    }
    for earlier in &mut found {
        earlier.sort_unstable();
        earlier.dedup();
    }
    found
}

/// The smallest hash of the set under each of several orderings. An ordering is an odd number:
/// we sort well-mixed hashes by their product with it.
fn signature(set: &[u64], orders: &[u64]) -> Vec<u64> {
    let least = |order: &u64| set.iter().map(|hash| hash.wrapping_mul(*order)).min().unwrap_or(0);
    orders.iter().map(least).collect()
}

/// Hashes of the meaningful words and of each pair of neighbours: a sorted set. If we don't
/// know which words are meaningful, all questions would look similar, so the set is empty.
fn shingles(language: Option<&Language>, text: &str) -> Vec<u64> {
    let Some(language) = language else { return Vec::new() };
    let words: Vec<u64> =
        words::each(text).filter(|word| language.matters(word)).map(|word| mixed(hash(&word))).collect();
    let pairs = words.windows(2).map(|pair| mixed(pair[0].rotate_left(17) ^ pair[1]));
    let mut set: Vec<u64> = words.iter().copied().chain(pairs).collect();
    set.sort_unstable();
    set.dedup();
    set
}

/// The Jaccard index: what both have, as a share of what either has. Both slices must be sorted.
#[expect(clippy::cast_precision_loss, reason = "sets of words are small")]
fn resemblance(a: &[u64], b: &[u64]) -> f64 {
    let (mut both, mut i, mut j) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    let either = a.len() + b.len() - both;
    if either == 0 { 0.0 } else { both as f64 / either as f64 }
}

/// FNV-1a, which is the same on every machine.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood, 2014).
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
