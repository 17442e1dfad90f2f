//! Files → the tree of topics. Files of one topic join; a topic's path makes
//! the topics on the way to it.

use super::project::empty_part;
use super::{Context, blocks};
use crate::content;
use crate::deck::{Color, Topic};
use crate::source::Span;

/// The topics of all files, in the order in which they are first named.
pub(super) fn lower(context: &Context<'_>, root: &str, files: &[content::File]) -> Vec<Topic> {
    let mut topics = Vec::new();
    let mut colors = Color::ALL.into_iter().cycle();
    for file in files {
        let color = file.color.unwrap_or_else(|| colors.next().unwrap_or_default());
        let blocks = blocks(context, file);
        if let Some(diagnostic) = empty_part("topic", &file.topic.join("::"), file.span) {
            context.report(diagnostic);
        }
        let topic = place(&mut topics, root, "", &file.topic, color, file.span);
        if let Some(topic) = topic {
            topic.blocks.extend(blocks);
            topic.retired.append(&mut context.retired.borrow_mut());
        }
    }
    topics
}

/// The topic at `path`, made if it is not there yet.
fn place<'t>(
    topics: &'t mut Vec<Topic>,
    deck: &str,
    above: &str,
    path: &[String],
    color: Color,
    span: Span,
) -> Option<&'t mut Topic> {
    let (title, rest) = path.split_first()?;
    let at = topics.iter().position(|topic| topic.title == *title).unwrap_or_else(|| {
        let id = free_id(topics, above, title);
        topics.push(Topic {
            id,
            title: title.clone(),
            deck: format!("{deck}::{title}"),
            color,
            blocks: Vec::new(),
            retired: Vec::new(),
            topics: Vec::new(),
            span,
        });
        topics.len() - 1
    });
    let topic = topics.get_mut(at)?;
    if rest.is_empty() {
        return Some(topic);
    }
    let (deck, above) = (topic.deck.clone(), topic.id.clone());
    place(&mut topic.topics, &deck, &above, rest, color, span)
}

/// Letters and digits of the title in lower case, joined by hyphens, behind the
/// id of the topic above; a number is added where two titles come out alike.
fn free_id(topics: &[Topic], above: &str, title: &str) -> String {
    let lower = title.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let own = if words.is_empty() { "topic".to_owned() } else { words.join("-") };
    let base = if above.is_empty() { own } else { format!("{above}-{own}") };
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.clone()).chain(numbered);
    let free = names.find(|name| *name != "index" && topics.iter().all(|topic| topic.id != *name));
    free.unwrap_or(base)
}
