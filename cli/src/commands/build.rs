//! `patchwright build SPEC TREE [--patch FILE]…`

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use schema::model::{Build, Spec};

use crate::build::{self, Plan, Scratch, Signals, Stop};
use crate::error::{CommandError, Outcome, Status};
use crate::mails::{self, MailArgs};
use crate::out_dir::OutArgs;
use crate::progress::Progress;
use crate::spec_file;
use crate::tree_args::TreeArgs;

/// Compile what a series touches, before and after it, and compare warnings and symbols.
///
/// The kernel's own make does it, in a copy of the tree that goes away afterwards; the tree is never written. Unlike every
/// other command, this one executes what the tree's makefiles and scripts say.
#[derive(Debug, Args)]
#[command(
    // `--version N` is the series' here.
    disable_version_flag = true,
    after_help = "Exit status: 0 all that is touched compiles, with no new warning; 1 a new warning, or an object that no longer \
    compiles; 2 unusable arguments, spec or mail, or a tree that make cannot prepare; 3 something touched was not compiled.\n\
    Example: patchwright build specs/detached-vf/v2.toml --tree ~/linux --arch s390 --cross s390x-linux-gnu- \
    --set CONFIG_VFIO=y --set CONFIG_VFIO_PCI=y"
)]
pub(crate) struct BuildArgs {
    /// The spec.
    spec: PathBuf,

    #[command(flatten)]
    tree: TreeArgs,

    #[command(flatten)]
    out: OutArgs,

    /// A patch mail, a mailbox, a Maildir, or `-` for the standard input, to compile instead of the series in OUT; may be given
    /// again, in order.
    #[arg(long = "patch", value_name = "FILE")]
    patches: Vec<PathBuf>,

    #[command(flatten)]
    mails: MailArgs,

    #[command(flatten)]
    make: MakeArgs,

    /// An object to compile beside those of the touched files, such as one that includes a touched header; may be given again.
    #[arg(long = "object", value_name = "PATH.o", value_parser = object)]
    objects: Vec<String>,

    /// The folder in which the copy of the tree is made [default: that of temporary files].
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,

    /// Print one JSON object.
    #[arg(long)]
    json: bool,

    /// Print only what is no pass, and nothing if all is.
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

/// What make is given; each goes before what the spec's `[build]` says.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Make")]
struct MakeArgs {
    /// ARCH= of make.
    #[arg(long, value_parser = schema::build_arch)]
    arch: Option<String>,

    /// CROSS_COMPILE= of make.
    #[arg(long, value_name = "PREFIX", value_parser = schema::build_cross)]
    cross: Option<String>,

    /// A target of make that makes a configuration; may be given again, in order [default: defconfig].
    #[arg(long, value_name = "TARGET", value_parser = schema::build_config)]
    config: Vec<String>,

    /// A line of the configuration, after those of the spec: CONFIG_VFIO=y; may be given again.
    #[arg(long, value_name = "LINE", value_parser = schema::build_set)]
    set: Vec<String>,

    /// How many jobs make runs at a time [default: as many as there are processors].
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

impl MakeArgs {
    /// What the spec says, but for what is given here.
    fn over(&self, spec: &Build) -> Build {
        Build {
            arch: self.arch.clone().or(spec.arch.clone()),
            cross: self.cross.clone().or(spec.cross.clone()),
            config: match self.config.is_empty() {
                true => spec.config.clone(),
                false => self.config.clone(),
            },
            set: [&spec.set[..], &self.set[..]].concat(),
        }
    }

    fn jobs(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.jobs.map_or_else(all, NonZeroUsize::get)
    }
}

/// An object of the tree: nothing that make would take for an option, a variable or another target.
fn object(text: &str) -> Result<String, &'static str> {
    let is_ours = |c: char| c.is_ascii_alphanumeric() || "_-./,+".contains(c);
    let is_inside = text
        .split('/')
        .all(|part| !part.is_empty() && !part.starts_with(['.', '-']));
    match text.ends_with(".o") && is_inside && text.chars().all(is_ours) {
        true => Ok(text.to_owned()),
        false => Err("write its path from the tree's top, such as drivers/pci/iov.o"),
    }
}

/// Compiles, and prints what it showed.
pub(crate) fn run(args: &BuildArgs) -> Outcome {
    match compile(args) {
        Ok(status) => Ok(status),
        Err(Stop::Error(error)) => Err(error),
        Err(Stop::Signal(signal)) => {
            // As if nobody had watched for it, so that whoever started this sees why it ended.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
            Ok(Status::Unknown)
        }
    }
}

fn compile(args: &BuildArgs) -> Result<Status, Stop> {
    let spec = spec_file::load(&args.spec)?;
    let made = args.make.over(&spec.build);
    let origin = args.tree.origin()?;
    let tree = args.tree.open(std::slice::from_ref(&spec))?;
    let label = tree.label();
    let series = mails::read(&files(args, &spec)?, &args.mails)?;
    let report = {
        let _progress = Progress::start("compiling");
        let signals = Signals::watch()?;
        let below = args.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let scratch = Scratch::copy(&origin, &below, &signals)?;
        let plan = Plan {
            tree,
            mails: &series.mails,
            build: &made,
            jobs: args.make.jobs(),
            more: &args.objects,
        };
        build::run(&plan, &scratch, &signals)?
    };
    let page = match args.json {
        true => {
            let whole = build::json(&report, &spec, &label, &made);
            serde_json::to_string_pretty(&whole).map_err(CommandError::unusable)? + "\n"
        }
        false => build::human(&report, &spec, &label, &made, args.quiet),
    };
    let mut stdout = anstream::stdout().lock();
    stdout
        .write_all(page.as_bytes())
        .map_err(CommandError::from)?;
    Ok(report.status())
}

fn files(args: &BuildArgs, spec: &Spec) -> Result<Vec<PathBuf>, CommandError> {
    match args.patches.is_empty() {
        true => mails::in_folder(&args.out.series(spec)),
        false => Ok(args.patches.clone()),
    }
}
