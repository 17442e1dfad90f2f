//! Where links to items lead on a card, since Anki cannot link from note to note: to the items on the web, if they are
//! there, or else to a search that the learner can copy.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Context, Input, project, topics};
use crate::diag::{Code, Diagnostic, Sink};
use crate::markup::{Block, Document, Inline};
use crate::source::{FileId, Span};

/// Where the items are on the web.
#[derive(Debug)]
pub(super) struct Online {
    /// The address of an item, with places for its id and the page that it is on.
    address: String,
    /// The name of the page with the items of each file.
    pages: BTreeMap<FileId, String>,
}

impl Online {
    /// What the manifest says about it.
    pub(super) fn new(input: &Input<'_>, diagnostics: &mut Sink) -> Option<Self> {
        let url = input.manifest.url.as_ref()?;
        let example = "https://example.org/course/{page}.html#{id}";
        let address = project::address(url, "all links would lead to the same place", example, diagnostics)?;
        if let Some(name) = unknown_place(&address) {
            let diagnostic =
                Diagnostic::error(Code::BAD_LINK, url.span, format!("nothing is filled in for `{{{name}}}`"))
                    .label("only `{id}` and `{page}` are")
                    .help(format!("write an address such as `{example}`"));
            diagnostics.push(diagnostic);
        }
        Some(Self { address, pages: topics::pages(input.files) })
    }

    fn of(&self, id: &str, place: Span) -> String {
        let page = self.pages.get(&place.file).map(String::as_str).unwrap_or_default();
        self.address.replace("{page}", page).replace("{id}", id)
    }
}

/// What stands in braces in an address and is neither an id nor a page.
fn unknown_place(address: &str) -> Option<&str> {
    let mut places = address.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    places.find(|name| !["id", "page"].contains(name))
}

impl Context<'_> {
    /// A text as cards show it. `lists` is whether it is a list of related items, which may say how to find them.
    pub(super) fn led_to<'d>(&self, document: Cow<'d, Document>, lists: bool) -> Cow<'d, Document> {
        if self.shared.online.is_none() && !lists {
            return document;
        }
        let mut document = document.into_owned();
        self.lead(&mut document.blocks, lists);
        Cow::Owned(document)
    }

    fn lead(&self, blocks: &mut [Block], lists: bool) {
        for block in blocks {
            block.runs_mut().into_iter().for_each(|run| self.lead_on(run, lists));
            block.within_mut().into_iter().for_each(|within| self.lead(within, lists));
        }
    }

    fn lead_on(&self, run: &mut Vec<Inline>, lists: bool) {
        for node in std::mem::take(run) {
            match node {
                Inline::Reference { id, content } => {
                    let place = self.shared.index.place(&id).unwrap_or(self.shared.project_start);
                    if let Some(online) = &self.shared.online {
                        let url = online.of(&id, place);
                        run.push(Inline::Link { url, content });
                        continue;
                    }
                    let found = self.shared.index.on_cards(&id).filter(|_| lists);
                    let search = found.map(|id| Inline::Code { text: format!("Id:{id}"), span: place });
                    run.push(Inline::Reference { id, content });
                    run.extend(search.into_iter().flat_map(|search| [Inline::text(" ", place), search]));
                }
                mut node => {
                    if let Some(content) = node.content_mut() {
                        self.lead_on(content, lists);
                    }
                    run.push(node);
                }
            }
        }
    }
}
