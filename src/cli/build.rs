//! `cardpress build`: compiles a project and puts its outputs into a folder.

use std::mem;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use cardpress::backend::{self, Backend};
use cardpress::world::World;
use cardpress::{Compiled, Options, compile, instances, similar};
use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Args, ValueHint};

use super::offered::Offered;
use super::show::{Format, Look};
use super::write::Outputs;
use super::{compiled, count, counts, exclusive, find, load, progress, release, threads, write};

/// Compile a project and write its outputs
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress build                                  this project → dist/
  cardpress build content -o out --only apkg,csv   only two of its outputs → out/
  cardpress build --open                           then open the sheet
  cardpress build --locked                         in CI: fails if cardpress.lock was not committed")]
pub(super) struct Arguments {
    /// Project folder [default: the nearest one upward with a cardpress.yaml]
    #[arg(value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// Where to write the outputs [default: `dist` in the project folder]
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Make only these outputs, separated by commas: by kind, or by the names that the manifest gives them
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = output_names())]
    only: Vec<String>,
    /// Accept a change that would cost learners something, by the name in its error
    #[arg(long, value_name = "CODE=NAME")]
    accept: Vec<String>,
    /// Fail if cardpress.lock would change, and list the changes
    #[arg(long)]
    locked: bool,
    /// Open the first sheet when it is ready
    #[arg(long)]
    open: bool,
    /// Also replace files that no build made, or that were changed since
    #[arg(long)]
    force: bool,
    /// How to show diagnostics
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    look: Look,
}

const FIRST_LOCK: &str = "\
cardpress: created cardpress.lock, which lets releases keep learners' reviews and edits; commit it
           (if this deck was published before, restore the old file, or recreate it:
           delete this one and run `cardpress lock --from` the published package)
";

/// Builds. If the sources have an error, it writes nothing.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let look = &arguments.look;
    let root = find::root(arguments.dir.as_deref())?;
    let exclusive = exclusive::folder(&root);
    let mut clock = look.clock();
    let project = load::project(&root)?;
    let out = load::out(arguments.out.as_deref(), &root);
    load::refuse_as_output(&out, &project)?;
    clock.lap(|| project.counts());
    let chosen = chosen(&arguments.only, &project.world)?;
    let ran = chosen.whole();
    let options = Options {
        backends: chosen.backends,
        instances: chosen.instances,
        named: !arguments.only.is_empty(),
        accept: arguments.accept.clone(),
        locked: arguments.locked,
        threads: threads(),
        ..Options::default()
    };
    let made = progress::during("compiling", || compile(&project.world, &options));
    clock.lap(|| compiled(&made));
    let code = look.report(arguments.format, &root, &made.sources, &made.diagnostics)?;
    if code == ExitCode::SUCCESS {
        let lock = project.root.join(load::LOCK);
        let ledger = made.lock.as_deref().map(|text| (lock.as_path(), text));
        let outputs = Outputs {
            project: &made.id,
            artifacts: &made.artifacts,
            ran: &ran,
            media: &project.media,
            ledger,
            force: arguments.force,
        };
        let edited = progress::during("writing", || write::write(&out, &exclusive, &outputs))?;
        write::tell_of(&edited);
        clock.lap(|| format!("wrote {}", count(made.artifacts.len(), "file")));
        if ledger.is_some() && project.world.lock.is_none() {
            look.done(FIRST_LOCK);
        }
        look.done(&format!(
            "cardpress: {} in {} ({})\n",
            count(made.artifacts.len(), "file"),
            out.display(),
            counts(&made),
        ));
        if arguments.open {
            show_sheet(&made, &out)?;
        }
        if let Some(standing) = &made.standing {
            look.done(&format!("cardpress: {}\n", release::standing(standing)));
        }
    }
    // The process is about to exit, and the system frees this faster than we could.
    mem::forget(made.spent);
    Ok(code)
}

/// Opens the first sheet in the system's own viewer, and doesn't wait for it.
fn show_sheet(made: &Compiled, out: &Path) -> Result<()> {
    let sheets = made.artifacts.iter().map(|(_, artifact)| &artifact.path);
    let mut sheets = sheets.filter(|path| Path::new(path).extension().is_some_and(|extension| extension == "pdf"));
    let sheet = sheets.next().context("no sheet to open: this build did not make one")?;
    let path = out.join(sheet);
    open::that_detached(&path).with_context(|| format!("cannot open {}", path.display()))
}

/// What `--only` names: whole outputs, in the table's order, and instances of the others.
pub(super) struct Chosen {
    pub(super) backends: Vec<&'static Backend>,
    pub(super) instances: Vec<String>,
}

impl Chosen {
    /// The names of the outputs that are built as a whole.
    pub(super) fn whole(&self) -> Vec<&'static str> {
        self.backends.iter().map(|backend| backend.name).collect()
    }
}

/// What `only` names; all outputs if it is empty. A name is that of an output, or of an
/// instance in the manifest.
pub(super) fn chosen(only: &[String], world: &World) -> Result<Chosen> {
    let is_output = |name: &str| backend::ALL.iter().any(|backend| backend.name == name);
    let named: Vec<String> = only.iter().filter(|name| !is_output(name)).cloned().collect();
    let known = if named.is_empty() { Vec::new() } else { instances(world) };
    for name in &named {
        if known.iter().any(|(_, known)| known == name) {
            continue;
        }
        let outputs = || backend::ALL.iter().map(|backend| backend.name);
        let names = || outputs().chain(known.iter().map(|(_, name)| name.as_str()));
        match similar::name(name, names()) {
            Some(near) => bail!("no output is called `{name}`; did you mean `{near}`?"),
            None => bail!("no output is called `{name}`; there are {}", names().collect::<Vec<_>>().join(", ")),
        }
    }
    let wanted = |backend: &&Backend| only.is_empty() || only.iter().any(|name| name == backend.name);
    Ok(Chosen {
        backends: backend::ALL.iter().filter(wanted).collect(),
        instances: named,
    })
}

/// Accepts any word, and offers the outputs for shell completion.
pub(super) fn output_names() -> impl TypedValueParser<Value = String> {
    let named = |backend: &'static Backend| PossibleValue::new(backend.name).help(backend.about);
    Offered(move || backend::ALL.iter().map(named).collect())
}
