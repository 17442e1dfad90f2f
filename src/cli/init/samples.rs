//! What a new project starts with: a sample for each subject, in each language that has its own
//! texts. It writes nothing.

use cardpress::world::{File, World};
use cardpress::{schema, yaml};
use clap::ValueEnum;

/// Subjects of a sample, in the order of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Template {
    /// An item of every kind, interview questions and stories among them
    Interview,
    /// Definitions, theorems with formulas, worked problems
    Lecture,
    /// Facts with gaps, a table of nerves, questions as in an exam
    Medicine,
    /// Words in sentences, vocabulary in both directions, verb forms, grammar
    Language,
    /// Countries with capital and flag, as a note type with up to four cards
    Geography,
    /// A single question
    Blank,
}

/// What the author decides.
pub(super) struct Wishes<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) template: Template,
    /// A BCP 47 tag.
    pub(super) language: &'a str,
    pub(super) ci: bool,
}

type Texts = &'static [(&'static str, &'static str)];

/// The texts in one language.
struct Samples {
    language: &'static str,
    readme: &'static str,
    /// The manifest, without its part about outputs.
    manifest: &'static str,
    sheet: &'static str,
    /// For a project with an item of every kind.
    sheet_of_all: &'static str,
    /// For a project that is too small for a sheet.
    no_sheet: &'static str,
    interview: Texts,
    lecture: Texts,
    medicine: Texts,
    words: Texts,
    geography: Texts,
    blank: Texts,
}

/// The file at a path in `assets/init`.
macro_rules! file {
    ($($part:expr),*) => {
        include_str!(concat!("../../../assets/init/", $($part),*))
    };
}

/// The texts in `assets/init/LANGUAGE`, each sample's by their paths in the sample's folder.
macro_rules! samples {
    ($language:literal $($sample:ident in $folder:literal: $($path:literal)*;)*) => {
        Samples {
            language: $language,
            readme: file!($language, "/README.md"),
            manifest: file!($language, "/cardpress.yaml"),
            sheet: file!($language, "/sheet.yaml"),
            sheet_of_all: file!($language, "/sheet-of-all.yaml"),
            no_sheet: file!($language, "/no-sheet.yaml"),
            $($sample: &[$(($path, file!($language, "/", $folder, "/", $path))),*],)*
        }
    };
}

/// The first is used for projects in any other language.
static SAMPLES: [Samples; 2] = [
    samples! { "en"
        interview in "interview": "media/forgetting.svg" "topics/10-memory.yaml" "topics/20-practice.yaml" "topics/30-interviews.yaml";
        lecture in "lecture": "media/eigenvector.svg" "note-types/theorem/name.html" "note-types/theorem/note-type.yaml" "note-types/theorem/proof-front.html" "note-types/theorem/proof.html" "note-types/theorem/statement.html" "note-types/theorem/style.css" "topics/10-eigenvalues.yaml" "topics/20-diagonalisation.yaml" "topics/30-theorems.yaml";
        medicine in "medicine": "media/palm.svg" "topics/10-nerves-of-the-arm.yaml" "topics/20-local-anaesthetics.yaml";
        words in "language": "note-types/word/meaning.html" "note-types/word/note-type.yaml" "note-types/word/say.html" "note-types/word/style.css" "note-types/word/type.html" "note-types/word/word-back.html" "note-types/word/word.html" "topics/10-at-the-market.yaml" "topics/20-grammar.yaml" "topics/30-words.yaml";
        geography in "geography": "media/france.svg" "media/germany.svg" "note-types/country/capital-back.html" "note-types/country/capital.html" "note-types/country/country-back.html" "note-types/country/country.html" "note-types/country/flag.html" "note-types/country/note-type.yaml" "note-types/country/style.css" "note-types/country/type.html" "topics/10-europe.yaml";
        blank in "blank": "topics/10-first-topic.yaml";
    },
    samples! { "de"
        interview in "interview": "media/forgetting.svg" "topics/10-gedaechtnis.yaml" "topics/20-uebung.yaml" "topics/30-gespraeche.yaml";
        lecture in "lecture": "media/eigenvector.svg" "note-types/satz/aussage.html" "note-types/satz/beweis-frage.html" "note-types/satz/beweis.html" "note-types/satz/name.html" "note-types/satz/note-type.yaml" "note-types/satz/style.css" "topics/10-eigenwerte.yaml" "topics/20-diagonalisierung.yaml" "topics/30-saetze.yaml";
        medicine in "medicine": "media/palm.svg" "topics/10-nerven-des-arms.yaml" "topics/20-lokalanaesthetika.yaml";
        words in "language": "note-types/vokabel/bedeutung.html" "note-types/vokabel/note-type.yaml" "note-types/vokabel/sagen.html" "note-types/vokabel/schreiben.html" "note-types/vokabel/style.css" "note-types/vokabel/wort-zurueck.html" "note-types/vokabel/wort.html" "topics/10-auf-dem-markt.yaml" "topics/20-grammatik.yaml" "topics/30-vokabeln.yaml";
        geography in "geography": "media/france.svg" "media/germany.svg" "note-types/land/capital-back.html" "note-types/land/capital.html" "note-types/land/country-back.html" "note-types/land/country.html" "note-types/land/flag.html" "note-types/land/note-type.yaml" "note-types/land/style.css" "note-types/land/type.html" "topics/10-europa.yaml";
        blank in "blank": "topics/10-erstes-thema.yaml";
    },
];

impl Samples {
    /// The texts for projects in `language`, a BCP 47 tag.
    fn of(language: &str) -> &'static Self {
        SAMPLES.iter().find(|samples| samples.speak(language)).unwrap_or(&SAMPLES[0])
    }

    /// Whether they are in `language` or a variant of it: `de` serves `de-AT`.
    fn speak(&self, language: &str) -> bool {
        language.split('-').next().is_some_and(|main| main.eq_ignore_ascii_case(self.language))
    }

    fn texts(&self, template: Template) -> Texts {
        match template {
            Template::Interview => self.interview,
            Template::Lecture => self.lecture,
            Template::Medicine => self.medicine,
            Template::Language => self.words,
            Template::Geography => self.geography,
            Template::Blank => self.blank,
        }
    }
}

/// The sample's language, if it isn't the one that the author asked for.
pub(super) fn substitute(language: &str) -> Option<&'static str> {
    let samples = Samples::of(language);
    (!samples.speak(language)).then_some(samples.language)
}

/// Every file of the project with its text, sorted by path.
pub(super) fn files(wishes: &Wishes<'_>) -> Vec<(&'static str, String)> {
    let samples = Samples::of(wishes.language);
    let mut files = vec![
        (".gitattributes", file!("gitattributes").to_owned()),
        (".gitignore", file!("gitignore").to_owned()),
        ("README.md", readme(samples, wishes)),
        ("cardpress.yaml", manifest(samples, wishes)),
        ("schemas/note-type.schema.json", schema::note_type_schema()),
        ("schemas/project.schema.json", schema::project_schema()),
    ];
    if wishes.ci {
        files.push((".github/workflows/cardpress.yml", file!("workflow.yml").to_owned()));
    }
    let foreign = substitute(wishes.language);
    files.extend(samples.texts(wishes.template).iter().map(|(path, text)| (*path, marked(text, foreign))));
    files.push(("schemas/content.schema.json", content_schema(&files)));
    files.sort_by_key(|(path, _)| *path);
    files
}

/// The schema of content files, with the note types of the project.
fn content_schema(files: &[(&'static str, String)]) -> String {
    let file = |(path, text): &(&'static str, String)| File {
        path: (*path).to_owned(),
        bytes: text.clone().into_bytes(),
    };
    let all: Vec<File> = files.iter().filter(|(path, _)| path.ends_with("/note-type.yaml")).map(file).collect();
    let manifest = File {
        path: "cardpress.yaml".to_owned(),
        bytes: Vec::new(),
    };
    cardpress::content_schema(&World::of(manifest, all))
}

fn readme(samples: &Samples, wishes: &Wishes<'_>) -> String {
    let of_sheet = |line: &&str| wishes.template != Template::Blank || !line.contains("cheatsheet.pdf");
    let text: String = samples.readme.split_inclusive('\n').filter(of_sheet).collect();
    let heading = text.lines().next().unwrap_or_default();
    text.replacen(heading, &format!("# {}", wishes.title), 1).replace("my-course", wishes.id)
}

fn manifest(samples: &Samples, wishes: &Wishes<'_>) -> String {
    let text = samples
        .manifest
        .replace("id: my-course\n", &format!("id: {}\n", yaml::scalar(wishes.id)))
        .replace("title: My course\n", &format!("title: {}\n", yaml::scalar(wishes.title)))
        .replace(
            &format!("\nlanguage: {}\n", samples.language),
            &format!("\nlanguage: {}\n", yaml::scalar(wishes.language)),
        );
    let outputs = match wishes.template {
        Template::Interview => samples.sheet_of_all,
        Template::Lecture | Template::Medicine | Template::Language | Template::Geography => samples.sheet,
        Template::Blank => samples.no_sheet,
    };
    format!("{text}{outputs}")
}

/// A topic, with its language stated if the project's is a different one.
fn marked(text: &str, language: Option<&str>) -> String {
    let topic = text.split_inclusive('\n').find(|line| line.starts_with("topic: "));
    match (topic, language) {
        (Some(topic), Some(language)) => text.replacen(topic, &format!("{topic}lang: {language}\n"), 1),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(wishes: &Wishes<'_>, wanted: &str) -> String {
        files(wishes).into_iter().find(|(path, _)| *path == wanted).expect("the file is made").1
    }

    fn wishes(template: Template, language: &str) -> Wishes<'_> {
        Wishes {
            id: "2024",
            title: "A: b #1",
            template,
            language,
            ci: true,
        }
    }

    #[test]
    fn what_looks_like_no_text_to_yaml_is_quoted() {
        let manifest = text(&wishes(Template::Lecture, "en"), "cardpress.yaml");
        for line in ["id: \"2024\"", "title: \"A: b #1\""] {
            assert!(manifest.contains(&format!("\n{line}\n")), "{manifest}");
        }
    }

    #[test]
    fn texts_in_a_different_language_say_so() {
        let german = "topics/10-erstes-thema.yaml";
        assert!(!text(&wishes(Template::Blank, "de-AT"), german).contains("\nlang:"));
        let french = text(&wishes(Template::Blank, "fr"), "topics/10-first-topic.yaml");
        assert!(french.contains("\ntopic: First topic\nlang: en\n"), "{french}");
        assert_eq!((substitute("EN-gb"), substitute("den")), (None, Some("en")));
    }
}
