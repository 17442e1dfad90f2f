//! A multiple-choice question: its options get letters, in an order that gives nothing away.

use super::build::{Draft, Piece};
use super::lesson::said;
use super::text::{bold, joined, led};
use super::{Context, Studied};
use crate::anki::anki_id;
use crate::content::{Choice, ChoiceOption, Markdown, Meta};
use crate::deck::study::{self, Face, Said, Study};
use crate::deck::{Body, Entry, Note, NoteTypeId, OnSheet, Role, Show, split};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Block, Document, Inline, plain};
use crate::source::Span;
use crate::words::{Word, Words};

pub(super) fn lower(context: &Context<'_>, meta: &Meta, choice: &Choice) -> Studied<Note> {
    let span = meta.id.span;
    check(context, choice);
    let ask = context.text(&choice.ask);
    let options = mixed(context, meta, choice).into_iter().enumerate();
    let options: Vec<Lettered> =
        options.filter_map(|(at, option)| lettered(context, option, letter(context, at))).collect();
    if context.shared.mix_options {
        like_options(context, &options);
    }
    let explain = context.optional(choice.explain.as_ref());
    let study = context.studied(meta, || Study {
        faces: vec![face(choice, &ask, &options, span)],
        ..context.study(meta, study::Role::Beside, &texts(&ask, &explain, &options))
    });
    let shown = joined(choose(context, &options, span).into_iter().chain(options.iter().map(with_letter)));
    let right = || options.iter().filter(|option| option.right).map(|option| bold(with_letter(option)));
    let answer = joined(options.iter().map(marked));
    let entry = context.entry(|| {
        let title = split(&ask).0.to_vec();
        Entry {
            section: context.word(Word::Choices).to_owned(),
            mark: String::new(),
            title: title.clone(),
            sheet: OnSheet::Shared {
                show: Show::Choices,
                caption: title,
                body: Body::Brief(joined(right())),
                warns: false,
            },
        }
    });
    let pieces = vec![
        Piece::new(Role::Ask, "Question", ask),
        Piece::new(Role::Prompt, "Options", shown),
        Piece::new(Role::Answer, "Answer", answer),
        Piece::new(Role::Answer, "Explanation", explain),
        context.see_also(meta),
    ];
    let draft = Draft::of(meta, NoteTypeId::CHOICE, pieces);
    (context.note(Draft { entry, ..draft }), study)
}

/// Every text of a choice, without letters.
fn texts<'t>(ask: &'t Document, explain: &'t Document, options: &'t [Lettered]) -> Vec<&'t Document> {
    let options = options.iter().flat_map(|option| [&option.text, &option.why]);
    [ask, explain].into_iter().chain(options).collect()
}

/// What a choice asks, and what it offers: the right options first.
fn face(choice: &Choice, ask: &Document, options: &[Lettered], span: Span) -> Face {
    // In the order of the source, not in that of the letters.
    let mut options: Vec<&Lettered> = options.iter().collect();
    options.sort_by_key(|option| option.span);
    let said_by = |right: bool| {
        let own = options.iter().filter(move |option| option.right == right);
        own.map(|option| plain::document(&option.text)).filter(|text| !text.is_empty())
    };
    let right: Vec<String> = said_by(true).collect();
    let place = choice.options.iter().find_map(|option| option.right.as_ref()).map_or(span, |text| text.span);
    Face {
        ask: said(ask, choice.ask.span),
        quoted: false,
        asked_around: false,
        options: said_by(true).chain(said_by(false)).collect(),
        answer: Said { text: right.join("; "), span: place },
        lists: Vec::new(),
        hidden: Vec::new(),
    }
}

/// Authors tend to write the right option first, so we shuffle. The order depends only on the
/// first id that the item ever had: it is the same in every build, and stays the same when a
/// text or the id changes.
fn mixed<'c>(context: &Context<'_>, meta: &Meta, choice: &'c Choice) -> Vec<&'c ChoiceOption> {
    let first = meta.formerly.first().unwrap_or(&meta.id);
    let key = |index: usize| anki_id(context.shared.namespace, &format!("{}/option/{index}", first.value.0));
    let mut options: Vec<(usize, &ChoiceOption)> = choice.options.iter().enumerate().collect();
    options.sort_by_key(|(index, _)| key(*index));
    options.into_iter().map(|(_, option)| option).collect()
}

fn check(context: &Context<'_>, choice: &Choice) {
    if !choice.options.iter().any(|option| option.right.is_some()) {
        let diagnostic = Diagnostic::error(Code::NO_RIGHT_OPTION, choice.ask.span, "none of the options is right")
            .label("all options are `wrong:`")
            .help("mark at least one of them with `right:`");
        context.report(diagnostic);
    }
    let mut seen: Vec<&Markdown> = Vec::new();
    for text in choice.options.iter().filter_map(|option| option.right.as_ref().or(option.wrong.as_ref())) {
        if let Some(first) = seen.iter().find(|first| first.value.0.trim() == text.value.0.trim()) {
            let diagnostic = Diagnostic::error(Code::DUPLICATE_OPTION, text.span, "this option appears twice")
                .label("second one")
                .also(first.span, "first one")
                .help("change one of them, or remove it");
            context.report(diagnostic);
        }
        seen.push(text);
    }
    for option in &choice.options {
        let place = match (&option.right, &option.wrong) {
            (Some(_), Some(wrong)) => wrong.span,
            (None, None) => option.why.as_ref().map_or(choice.ask.span, |why| why.span),
            _ => continue,
        };
        let diagnostic = Diagnostic::error(Code::BAD_CHOICE_OPTION, place, "an option is either right or wrong")
            .label("this one is both or neither")
            .help("give each option exactly one of `right:` and `wrong:`");
        context.report(diagnostic);
    }
}

/// Reports paragraphs that begin like an option: the script that mixes options finds them by their letters.
fn like_options(context: &Context<'_>, options: &[Lettered]) {
    for option in options {
        for block in option.text.blocks.iter().skip(1).filter(|block| matches!(block, Block::Paragraph(_))) {
            let text = plain::document(&Document { blocks: vec![block.clone()] });
            let (lead, rest) = text.split_once('.').unwrap_or_default();
            let is_letter =
                lead.chars().count() == 1 && letters(&context.shared.words).any(|letter| lead.contains(letter));
            if is_letter && (rest.is_empty() || rest.starts_with(char::is_whitespace)) {
                let message = format!("a paragraph of this option begins with `{lead}.`, as an option does");
                let diagnostic = Diagnostic::error(Code::BAD_CHOICE_OPTION, option.span, message)
                    .label("`mix_options` could not tell it from an option")
                    .help("join it to the paragraph before it, or let it begin differently");
                context.report(diagnostic);
            }
        }
    }
}

/// An option with its letter.
struct Lettered {
    /// Where its text is.
    span: Span,
    letter: String,
    right: bool,
    text: Document,
    why: Document,
}

fn lettered(context: &Context<'_>, option: &ChoiceOption, letter: String) -> Option<Lettered> {
    let (right, text): (bool, &Markdown) = match (&option.right, &option.wrong) {
        (Some(text), _) => (true, text),
        (None, Some(text)) => (false, text),
        (None, None) => return None,
    };
    Some(Lettered {
        span: text.span,
        letter,
        right,
        text: context.text(text),
        why: context.optional(option.why.as_ref()),
    })
}

fn with_letter(option: &Lettered) -> Document {
    led(vec![Inline::text(format!("{}. ", option.letter), option.span)], option.text.clone())
}

/// How many options to choose, if it isn't one.
fn choose(context: &Context<'_>, options: &[Lettered], span: Span) -> Option<Document> {
    let right = options.iter().filter(|option| option.right).count();
    let text = || context.shared.words.fill(Word::Choose, &[("n", &right.to_string())]);
    (right > 1).then(|| Document::paragraph(vec![Inline::Emphasis(vec![Inline::text(text(), span)])]))
}

/// An option with a mark that says whether it is right, and the reason under it.
fn marked(option: &Lettered) -> Document {
    let (mark, text) = if option.right { ("✓ ", bold(with_letter(option))) } else { ("✗ ", with_letter(option)) };
    let mut marked = led(vec![Inline::text(mark, option.span)], text);
    if !option.why.is_empty() {
        marked.blocks.push(Block::Quote(option.why.blocks.clone()));
    }
    marked
}

/// The letter of the option at this position, or its number if the language has run out of letters.
fn letter(context: &Context<'_>, at: usize) -> String {
    letters(&context.shared.words).nth(at).map_or_else(|| (at + 1).to_string(), String::from)
}

/// The letters of options, in their order.
pub(super) fn letters(words: &Words) -> impl Iterator<Item = char> {
    words.get(Word::Letters).chars().filter(|letter| !letter.is_whitespace())
}
