//! Writes the seed corpus: every case of the tests for `sources` and `fix`, every text in
//! them, each once, for those that take a text, and noise for those that build something
//! by it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use cardpress::source::{Source, Sources};
use cardpress::yaml;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/cases/ok", "tests/cases/err", "tests/cases/lint", "tests/mistakes", "content/topics"];
    let (mut texts, mut formulas) = (BTreeSet::new(), BTreeSet::new());
    for folder in folders {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(root.join("..").join(folder))?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        paths.sort();
        for path in paths {
            let text = fs::read_to_string(&path)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for target in ["sources", "fix"] {
                write(root, target, &format!("{}-{name}", folder.replace('/', "-")), &text)?;
            }
            for scalar in scalars(&text) {
                formulas.extend(scalar.split('$').skip(1).step_by(2).map(str::to_owned));
                texts.insert(scalar);
            }
        }
    }
    for (number, text) in texts.iter().enumerate() {
        write(root, "markdown", &number.to_string(), text)?;
        write(root, "cloze", &number.to_string(), text)?;
        write(root, "conservation", &number.to_string(), text)?;
    }
    for (number, formula) in formulas.iter().chain(&texts).filter(|text| text.len() < 400).enumerate() {
        write(root, "math", &number.to_string(), formula)?;
    }
    for number in 1..=40 {
        let noise = noise(number, 100 * number as usize);
        write(root, "packages", &number.to_string(), &noise)?;
        write(root, "ledgers", &number.to_string(), &noise)?;
    }
    Ok(())
}

/// The same bytes for the same seed.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let step = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..length).map(step).collect()
}

fn scalars(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("case.yaml", text));
    let tree = yaml::parse(file, text, &mut Vec::new());
    tree.scalars().filter_map(|node| tree.text(node)).map(str::to_owned).collect()
}

fn write(root: &Path, target: &str, name: &str, content: impl AsRef<[u8]>) -> io::Result<()> {
    let folder = root.join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), content)
}
