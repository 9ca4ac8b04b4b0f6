//! `patchwright trailers SPEC THREAD [TREE]`

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use schema::model::Spec;
use templates::Templates;
use trees::ParsedTree;
use trees::mail::{Mail, parse_mbox};

use crate::error::{CommandError, Outcome, Status};
use crate::mails::{self, MailArgs};
use crate::text::{counted, escape};
use crate::trailers::{self, Fate, Gathered};
use crate::tree_args::TreeArgs;
use crate::{drift, mailing, spec_file};

/// Add the trailers of a saved thread to the patches of a spec: Reviewed-by, Acked-by, Tested-by, Reported-by and the like.
///
/// An answer is about the patch that it answers, directly or through other answers; one to the cover letter about every patch.
/// What was given to a patch that has changed since, in the lines that it adds or takes away on TREE, is dropped and said. The
/// spec is edited in place: comments and layout stay.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 done; 1 the thread has no trailer; 2 unusable arguments, spec or mails; otherwise as `render`, \
    where the series does not render on TREE.\n\
    Example: patchwright trailers specs/detached-vf/v2.toml thread.mbox --tree ~/linux"
)]
pub(crate) struct TrailersArgs {
    /// The spec.
    spec: PathBuf,

    /// The saved thread: a mailbox (also packed with gzip), a Maildir, or `-` for the standard input.
    thread: PathBuf,

    #[command(flatten)]
    tree: TreeArgs,

    /// Take trailers of other people than the one who sent them, too.
    #[arg(long)]
    sloppy_trailers: bool,

    /// Say what would be added, and leave the spec alone.
    #[arg(long, short = 'n')]
    dry_run: bool,

    /// Print only what is dropped or left out.
    #[arg(long, short)]
    quiet: bool,
}

/// Gathers, edits, and says what became of each.
pub(crate) fn run(args: &TrailersArgs) -> Outcome {
    let spec = spec_file::load_series(&args.spec, "give trailers to")?;
    let postings = mails::of_file(&args.thread, &MailArgs::default())?;
    let thread: Vec<Mail> = postings.into_iter().map(|posting| posting.mail).collect();
    let rendered = rendered(args, &spec)?;
    let gathered = trailers::gather(&spec, &rendered, &thread, args.sloppy_trailers);
    let additions = gathered.additions();
    if !args.dry_run && !additions.is_empty() {
        let text = trailers::add(&spec.text, &additions)
            .map_err(|why| CommandError::unusable(format!("{}: {why}", args.spec.display())))?;
        check(&args.spec, &text)?;
        write(&args.spec, &text)?;
    }
    let page = page(args, &spec, &gathered);
    anstream::stdout().lock().write_all(page.as_bytes())?;
    match gathered.rows.is_empty() && gathered.notes.is_empty() {
        true => {
            let error = CommandError::new(
                Status::Bad,
                format!("{}: no trailer in the thread", args.thread.display()),
            );
            Err(error.with_hint("a trailer is a line such as `Reviewed-by: Name <name@example.org>` of an answer, not quoted"))
        }
        false => Ok(Status::Good),
    }
}

/// The patches of the spec as they are on the tree.
fn rendered(args: &TrailersArgs, spec: &Spec) -> Result<Vec<Mail>, CommandError> {
    let tree = ParsedTree::new(args.tree.open(std::slice::from_ref(spec))?);
    let templates = Templates::shipped();
    let mailing = mailing::of(spec, &templates)?;
    let rendered = generator::render(spec, &tree, &mailing)
        .map_err(|failure| drift::refuse(spec, &failure))?;
    let mut patches = Vec::new();
    for (name, bytes) in rendered
        .files
        .iter()
        .filter(|(name, _)| name.ends_with(".patch"))
    {
        let read = parse_mbox(bytes);
        let read = read.map_err(|error| CommandError::unusable(format!("{name}: {error}")))?;
        patches.extend(read.into_iter().filter(|mail| !mail.is_cover()));
    }
    Ok(patches)
}

/// What is written is a spec.
fn check(path: &Path, text: &str) -> Result<(), CommandError> {
    let loaded = schema::load(&path.display().to_string(), text.as_bytes());
    loaded
        .map(drop)
        .map_err(|diagnostics| spec_file::refuse(&diagnostics))
}

/// Writes the spec as a whole, or leaves it as it is.
fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    let written = || -> std::io::Result<()> {
        // A link stays a link.
        let path = path.canonicalize()?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.as_file()
            .set_permissions(path.metadata()?.permissions())?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|error| {
        CommandError::unusable(format!("{}: cannot be written: {error}", path.display()))
    })
}

fn page(args: &TrailersArgs, spec: &Spec, gathered: &Gathered) -> String {
    let mut page = String::new();
    for row in &gathered.rows {
        let patch = row
            .patch
            .and_then(|at| Some((at + 1, &spec.patches.get(at)?.subject)));
        let patch = patch.map_or(String::new(), |(number, subject)| {
            format!(" for {number}/{} {subject}", spec.patches.len())
        });
        let line = format!("{}{patch}", row.trailer.line());
        let (word, why) = match &row.fate {
            Fate::Added if args.dry_run => ("new", String::new()),
            Fate::Added => ("added", String::new()),
            Fate::Known => ("known", String::new()),
            Fate::Dropped(why) => ("dropped", format!(": {why}")),
        };
        if !args.quiet || word == "dropped" {
            let _ = writeln!(page, "{word:<8} {}{}", escape(&line), escape(&why));
        }
    }
    for note in &gathered.notes {
        let _ = writeln!(page, "note: {}", escape(note));
    }
    if !args.quiet {
        let added: usize = gathered
            .additions()
            .iter()
            .map(|(_, lines)| lines.len())
            .sum();
        let what = if args.dry_run { "to add" } else { "added" };
        let _ = writeln!(
            page,
            "{} {what} in {}",
            counted(added, "trailer"),
            escape(&args.spec.display().to_string())
        );
    }
    page
}
