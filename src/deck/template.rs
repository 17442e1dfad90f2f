//! The part of Anki's template language that our note types use: fields,
//! sections and their inverse (Anki manual, "Card Generation" and "Field
//! Replacements"). It lets outputs without templates show a card's two sides.

/// Fills `template` in; `field` gives a field's value by name. `FrontSide` and
/// names that `field` does not know become nothing, filters are passed over.
pub fn render<'a>(template: &str, field: &impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::new();
    fill(template, field, &mut out);
    out
}

fn fill<'a>(template: &str, field: &impl Fn(&str) -> Option<&'a str>, out: &mut String) {
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((tag, after)) = tail.split_once("}}") else {
            out.push_str(&rest[before.len()..]);
            return;
        };
        rest = match tag.as_bytes().first() {
            Some(b'#') => section(tag, after, |value| !value.is_empty(), field, out),
            Some(b'^') => section(tag, after, str::is_empty, field, out),
            _ => {
                let name = tag.rsplit(':').next().unwrap_or(tag);
                out.push_str(field(name).unwrap_or(""));
                after
            }
        };
    }
    out.push_str(rest);
}

/// Fills in a section if `shows` the value of its field; returns what follows.
fn section<'t, 'a>(
    tag: &str,
    after: &'t str,
    shows: fn(&str) -> bool,
    field: &impl Fn(&str) -> Option<&'a str>,
    out: &mut String,
) -> &'t str {
    let name = &tag[1..];
    let Some((inner, rest)) = after.split_once(&format!("{{{{/{name}}}}}")) else {
        return "";
    };
    if shows(field(name).unwrap_or("")) {
        fill(inner, field, out);
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_show_with_their_field() {
        let field = |name: &str| match name {
            "A" => Some("one"),
            "B" => Some(""),
            _ => None,
        };
        let template = "{{A}}|{{#A}}[{{cloze:A}}]{{/A}}|{{#B}}no{{/B}}|{{^B}}yes{{/B}}|{{FrontSide}}";
        assert_eq!(render(template, &field), "one|[one]||yes|");
    }
}
