//! The objects that a series touches, compiled by the kernel's own make before and after it.
//!
//! Nothing of this runs but for `patchwright build`: a build executes what the tree's makefiles say.

mod kbuild;
mod makefiles;
mod page;
mod scratch;
mod signals;
mod symbols;
mod warnings;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use schema::model::Build;
use trees::Tree;
use trees::mail::Mail;

use crate::error::{CommandError, Status};
use kbuild::Kbuild;
use symbols::{Difference, Symbols};
use warnings::Told;

pub(crate) use page::{human, json};
pub(crate) use scratch::{Origin, Scratch};
pub(crate) use signals::Signals;

/// Why a build ended before its end.
pub(crate) enum Stop {
    Error(CommandError),
    /// By that signal.
    Signal(i32),
}

impl From<CommandError> for Stop {
    fn from(error: CommandError) -> Self {
        Self::Error(error)
    }
}

/// What to compile, and how.
pub(crate) struct Plan<'a> {
    pub(crate) tree: Arc<dyn Tree>,
    pub(crate) mails: &'a [Mail],
    pub(crate) build: &'a Build,
    pub(crate) jobs: usize,
    /// Objects beside those of the touched files.
    pub(crate) more: &'a [String],
}

/// How an object fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Compiled before and after; or once, where the file comes or goes.
    Compiled,
    /// Compiled before, or new, and not after.
    Broken,
    /// Part of these objects, which were compiled.
    Within(Vec<String>),
    /// Nothing was compiled, for that reason.
    Not(String),
    /// No object is made of such a file.
    NoCode,
}

/// A touched file, or an object that was asked for.
pub(crate) struct Part {
    /// The file, or the object.
    pub(crate) name: String,
    pub(crate) state: State,
    /// How many warnings there are of it before and after.
    pub(crate) warnings: (usize, usize),
    pub(crate) symbols: Option<Difference>,
}

/// What a build showed.
pub(crate) struct Report {
    pub(crate) parts: Vec<Part>,
    /// Warnings and errors that are there only after the series, wherever.
    pub(crate) new: Vec<Told>,
    /// What make said, where it did not get as far as the objects after the series.
    pub(crate) fault: Option<String>,
    pub(crate) has_sparse: bool,
    pub(crate) notes: Vec<String>,
}

impl Report {
    /// Violated where something is new or broken, unknown where something was not compiled.
    pub(crate) fn status(&self) -> Status {
        let is_any = |wanted: fn(&State) -> bool| self.parts.iter().any(|part| wanted(&part.state));
        let is_bad =
            !self.new.is_empty() || self.fault.is_some() || is_any(|state| *state == State::Broken);
        let is_compiled = is_any(|state| matches!(state, State::Compiled));
        match (
            is_bad,
            is_compiled && !is_any(|state| matches!(state, State::Not(_))),
        ) {
            (true, _) => Status::Bad,
            (false, false) => Status::Unknown,
            (false, true) => Status::Good,
        }
    }
}

/// One run of the compiler over all objects.
#[derive(Default)]
struct Compiled {
    /// The objects that there are, with what they were made of.
    objects: BTreeMap<String, Facts>,
    told: Vec<Told>,
    /// What make and the compiler printed.
    log: String,
}

impl Compiled {
    fn has_no_rule(&self, object: &str) -> bool {
        self.log
            .contains(&format!("No rule to make target '{object}'"))
    }
}

struct Facts {
    symbols: Option<Symbols>,
    /// The files that it was made from, below the source's top.
    inputs: BTreeSet<String>,
}

/// The object of a file, if it is code.
fn object_of(file: &str) -> Option<String> {
    let (stem, ending) = file.rsplit_once('.')?;
    ["c", "S", "rs"]
        .contains(&ending)
        .then(|| format!("{stem}.o"))
}

/// A copy's build, before and after the series.
pub(crate) fn run(plan: &Plan<'_>, scratch: &Scratch, signals: &Signals) -> Result<Report, Stop> {
    let kbuild = Kbuild {
        scratch,
        build: plan.build,
        jobs: plan.jobs,
        signals,
    };
    let mut notes = configure(&kbuild)?;
    let has_sparse = is_there("sparse");
    if !has_sparse {
        notes.push("sparse is not there: C=1 was not compared".to_owned());
    }
    let touched = touched(plan.mails);
    let source = scratch.source();
    let mut asked: BTreeSet<String> = touched.iter().filter_map(|file| object_of(file)).collect();
    asked.extend(plan.more.iter().cloned());
    let prepared = prepare(&kbuild)?;
    let wanted = Wanted::of(&asked, &kbuild);
    let before = compile(&kbuild, &wanted.objects, has_sparse)?;
    let was_there: BTreeSet<&String> = touched
        .iter()
        .filter(|file| source.join(file).exists())
        .collect();

    scratch.apply(&plan.tree, plan.mails)?;
    let ready = kbuild.make(&["olddefconfig", "prepare"])?;
    let mut report = Report {
        parts: Vec::new(),
        new: Vec::new(),
        fault: (!ready.is_good).then(|| ready.tail()),
        has_sparse,
        notes,
    };
    let wanted = Wanted::of(&asked, &kbuild);
    let after = match ready.is_good {
        true => compile(&kbuild, &wanted.objects, has_sparse)?,
        false => Compiled::default(),
    };
    if ready.is_good {
        report.new = warnings::new(&before.told, &after.told);
        // What the configuration and the first headers are made from is compiled with every build.
        let prepares = warnings::of_log(&ready.log, &source);
        report.new.extend(warnings::new(&prepared, &prepares));
    }
    let names = touched.iter().cloned().chain(plan.more.iter().cloned());
    for name in names.collect::<BTreeSet<String>>() {
        let is_file = touched.contains(&name);
        let state = match report.fault {
            Some(_) => State::Not("make did not get as far with the series".to_owned()),
            None => {
                let times = Times {
                    before: !is_file || was_there.contains(&name),
                    after: !is_file || source.join(&name).exists(),
                };
                state_of(&name, times, &before, &after, &wanted)
            }
        };
        let of_it =
            |told: &&Told| told.file == name || Some(&told.file) == object_of(&name).as_ref();
        let object = object_of(&name).unwrap_or(name.clone());
        report.parts.push(Part {
            state,
            warnings: (
                before.told.iter().filter(of_it).count(),
                after.told.iter().filter(of_it).count(),
            ),
            symbols: difference(before.objects.get(&object), after.objects.get(&object)),
            name,
        });
    }
    Ok(report)
}

fn difference(before: Option<&Facts>, after: Option<&Facts>) -> Option<Difference> {
    let (before, after) = (before?.symbols.as_ref()?, after?.symbols.as_ref()?);
    Some(before.difference(after))
}

/// Whether a file is there.
#[derive(Clone, Copy)]
struct Times {
    before: bool,
    after: bool,
}

fn state_of(
    name: &str,
    times: Times,
    before: &Compiled,
    after: &Compiled,
    wanted: &Wanted,
) -> State {
    let is_object = name.ends_with(".o");
    let Some(object) = object_of(name).or(is_object.then(|| name.to_owned())) else {
        return match name.ends_with(".h") {
            true => within(
                name,
                times,
                before,
                after,
                "no object that was compiled includes it",
            ),
            false => State::NoCode,
        };
    };
    let is_made = |compiled: &Compiled| compiled.objects.contains_key(&object);
    if let Some(why) = wanted.not.get(&object).filter(|_| times.after) {
        return within(name, times, before, after, why);
    }
    match (times.before, times.after) {
        (_, true) if is_made(after) => State::Compiled,
        (true, false) if is_made(before) => State::Compiled,
        (true, true) if !is_made(before) => State::Not(match before.has_no_rule(&object) {
            true => "make has no rule for it in this configuration".to_owned(),
            false => "it does not compile before the series, either".to_owned(),
        }),
        (true, false) => State::Not("it did not compile before it went".to_owned()),
        _ => State::Broken,
    }
}

/// Of a file without an object of its own: those that it is a part of.
fn within(name: &str, times: Times, before: &Compiled, after: &Compiled, why: &str) -> State {
    let compiled = if times.after { after } else { before };
    let objects = compiled
        .objects
        .iter()
        .filter(|(_, facts)| facts.inputs.contains(name));
    let objects: Vec<String> = objects.map(|(object, _)| object.clone()).collect();
    match objects.is_empty() {
        true => State::Not(why.to_owned()),
        false => State::Within(objects),
    }
}

/// The files that a series touches.
fn touched(mails: &[Mail]) -> BTreeSet<String> {
    let files = mails.iter().flat_map(|mail| &mail.diff);
    let paths = files.flat_map(|file| [&file.old_path, &file.new_path]);
    paths
        .flatten()
        .map(|path| path.as_str().to_owned())
        .collect()
}

/// Which objects the configuration has.
struct Wanted {
    objects: Vec<String>,
    /// The others, and why not.
    not: BTreeMap<String, String>,
}

impl Wanted {
    fn of(asked: &BTreeSet<String>, kbuild: &Kbuild<'_>) -> Self {
        let source = kbuild.scratch.source();
        let configuration =
            fs::read_to_string(kbuild.scratch.output().join(".config")).unwrap_or_default();
        let mut wanted = Self {
            objects: Vec::new(),
            not: BTreeMap::new(),
        };
        for object in asked {
            let made = makefiles::of_object(&source, object);
            let missing = made
                .needs
                .iter()
                .find(|need| !makefiles::is_set(&configuration, &need.symbol));
            let folder = object.rsplit_once('/').map_or("", |(folder, _)| folder);
            let of_another = makefiles::other_architecture(&configuration, object);
            let why = match missing {
                _ if of_another => "it is another architecture's".to_owned(),
                Some(need) => format!("{} is not set ({}:{})", need.symbol, need.file, need.line),
                None if !made.is_named => {
                    format!("no line of the makefile in {folder}/ makes {object}")
                }
                None => {
                    wanted.objects.push(object.clone());
                    continue;
                }
            };
            wanted.not.insert(object.clone(), why);
        }
        wanted
    }
}

/// Makes the configuration, and says which of the lines asked for it has not.
fn configure(kbuild: &Kbuild<'_>) -> Result<Vec<String>, Stop> {
    let default = ["defconfig".to_owned()];
    let targets = match kbuild.build.config.is_empty() {
        true => &default[..],
        false => &kbuild.build.config[..],
    };
    // One by one: a fragment is merged into what is there.
    for target in targets {
        let made = kbuild.make(&[target.as_str()])?;
        if !made.is_good {
            return Err(unprepared(target, &made.tail()).into());
        }
    }
    let file = kbuild.scratch.output().join(".config");
    let lines: Vec<String> = kbuild.build.set.clone();
    if !lines.is_empty() {
        let made = append(&file, &lines);
        made.map_err(|error| CommandError::unusable(format!("{}: {error}", file.display())))?;
        let made = kbuild.make(&["olddefconfig"])?;
        if !made.is_good {
            return Err(unprepared("olddefconfig", &made.tail()).into());
        }
    }
    let configuration = fs::read_to_string(&file).unwrap_or_default();
    let has = |line: &&String| match line
        .strip_prefix("# ")
        .and_then(|line| line.strip_suffix(" is not set"))
    {
        Some(symbol) => !makefiles::is_set(&configuration, symbol),
        None => configuration.lines().any(|found| found == **line),
    };
    let missing = lines.iter().filter(|line| !has(line));
    Ok(missing.map(|line| format!("`{line}` did not get into the configuration: something that it depends on is not set")).collect())
}

fn append(file: &Path, lines: &[String]) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = fs::OpenOptions::new().append(true).open(file)?;
    lines.iter().try_for_each(|line| writeln!(file, "{line}"))
}

/// Makes what every object needs, and gives what was said of it.
fn prepare(kbuild: &Kbuild<'_>) -> Result<Vec<Told>, Stop> {
    let made = kbuild.make(&["prepare"])?;
    match made.is_good {
        true => Ok(warnings::of_log(&made.log, &kbuild.scratch.source())),
        false => Err(unprepared("prepare", &made.tail()).into()),
    }
}

fn unprepared(target: &str, tail: &str) -> CommandError {
    CommandError::unusable(format!("`make {target}` fails in the tree as it is"))
        .with_detail(crate::text::escape_lines(tail).into_owned())
        .with_hint("`arch`, `cross` and `config` of [build], or --arch, --cross and --config, say what make is given")
}

/// Compiles the objects anew, with W=1, and has sparse look at them.
fn compile(kbuild: &Kbuild<'_>, objects: &[String], has_sparse: bool) -> Result<Compiled, Stop> {
    let mut compiled = Compiled::default();
    if objects.is_empty() {
        return Ok(compiled);
    }
    for object in objects {
        // What is not there need not go.
        let _ = fs::remove_file(kbuild.object(object));
    }
    let targets = objects.iter().map(String::as_str);
    let made = kbuild.make(
        &std::iter::once("W=1")
            .chain(targets.clone())
            .collect::<Vec<_>>(),
    )?;
    let source = kbuild.scratch.source();
    compiled.told = warnings::of_log(&made.log, &source);
    compiled.log = made.log;
    if has_sparse {
        // A run of its own: what sparse refuses is no error of the compiler's.
        let made = kbuild.make(
            &["W=1", "C=2"]
                .into_iter()
                .chain(targets)
                .collect::<Vec<_>>(),
        )?;
        let told = warnings::of_log(&made.log, &source).into_iter();
        let known: BTreeSet<Told> = compiled.told.iter().cloned().collect();
        compiled
            .told
            .extend(told.filter(|told| !known.contains(told)));
    }
    let cross = kbuild.build.cross.as_deref().unwrap_or_default();
    for object in objects {
        let file = kbuild.object(object);
        if file.is_file() {
            let facts = Facts {
                symbols: symbols::of_object(cross, &file),
                inputs: inputs(&file, &source),
            };
            compiled.objects.insert(object.clone(), facts);
        }
    }
    Ok(compiled)
}

/// The files that kbuild notes beside an object, below the source's top.
fn inputs(object: &Path, source: &Path) -> BTreeSet<String> {
    let name = object
        .file_name()
        .map(|name| format!(".{}.cmd", name.to_string_lossy()));
    let file = object.with_file_name(name.unwrap_or_default());
    let text = fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let top = format!("{}/", source.display());
    let words = text.split(|c: char| c.is_whitespace() || "()".contains(c));
    let below = |word: &str| {
        let below = word.strip_prefix(&top).or(word.strip_prefix("../"));
        straight(below.unwrap_or(word))
    };
    words.map(below).collect()
}

/// `drivers/a/../b.h` as `drivers/b.h`: so compilers name what is included from beside.
fn straight(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn is_there(command: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(command).is_file())
}
