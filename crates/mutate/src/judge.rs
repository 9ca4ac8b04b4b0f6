//! Judges mutants: makes each in memory, asks the verifier, counts.

mod make;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use generator::Snapshot;
use rayon::prelude::*;
use verify::{Ground, Report, Verdict};

use crate::classes::Class;
use crate::edit::Mutation;
use crate::hint;
use crate::lines::shown;
use crate::material::{Material, Unusable, held, overlay, read};
use crate::outcome::{Judged, Outcome, Survivor, Tally, Undecided, Way};
use make::{Form, Maker, Mutant};

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which classes, in the order in which they are reported.
    pub classes: Vec<Class>,
    /// How many mutants of each class; each class has a number of its own where none is given.
    pub most: Option<usize>,
}

/// What was found of a mutant, in one way to judge it.
struct Found {
    way: Way,
    judged: Judged,
    /// The first finding of the verdict.
    why: String,
}

/// Makes the mutants of the classes and judges each. `progress` is told how many are done, of how many.
///
/// # Errors
/// The series as it is does not hold.
pub fn run(
    material: &Material<'_>,
    options: &Options,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Outcome, Unusable> {
    let before = trees::ParsedTree::new(Arc::clone(&material.tree)).for_variants();
    let before = Arc::new(before);
    let touched = material.last().into_keys().collect();
    let ground = Ground::new(before, Arc::clone(&material.after), touched);
    as_it_is(material, &ground)?;
    let mut outcome = Outcome {
        series: format!(
            "{} v{}",
            material.spec.series.name, material.spec.series.version
        ),
        tree: material.tree.label(),
        seed: material.seed,
        landed_before: !material.has_mails(),
        mails: Tally::default(),
        landed: Tally::default(),
        classes: Vec::new(),
        survivors: Vec::new(),
        false_alarms: Vec::new(),
        undecided: Vec::new(),
    };
    let mut maker = Maker::new(material);
    let mut mutants = Vec::new();
    let mut counts = Vec::new();
    for class in &options.classes {
        let (count, made) = maker.class(*class, options.most.unwrap_or(class.most()));
        counts.push(count);
        mutants.extend(made);
    }
    let done = AtomicUsize::new(0);
    let judged: Vec<Vec<Found>> = mutants
        .par_iter()
        .map(|mutant| {
            let found = judge(material, &ground, mutant);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, mutants.len());
            found
        })
        .collect();
    for (count, class) in counts.iter_mut().zip(&options.classes) {
        let own = mutants
            .iter()
            .zip(&judged)
            .filter(|(mutant, _)| mutant.class == *class);
        for (mutant, found) in own {
            for one in found {
                match one.way {
                    Way::Mails => count.mails.add(one.judged),
                    Way::Landed => count.landed.add(one.judged),
                }
                note(material, &ground, mutant, one, &mut outcome);
            }
        }
    }
    for (count, class) in counts.into_iter().zip(&options.classes) {
        outcome.count(count, class.is_preserving());
    }
    Ok(outcome)
}

/// The series without any change, judged in both ways: it also reads what all mutants have in common.
fn as_it_is(material: &Material<'_>, ground: &Ground) -> Result<(), Unusable> {
    if material.has_mails() {
        let series = read(&material.mails).map_err(Unusable::Other)?;
        held(&ground.judge_series(material.spec, &series))?;
    }
    let tree = Arc::clone(material.after.tree());
    held(&ground.judge_landed(material.spec, tree, BTreeSet::new()))
}

/// Judges a mutant in each way that there is.
fn judge(material: &Material<'_>, ground: &Ground, mutant: &Mutant) -> Vec<Found> {
    let mut found = Vec::new();
    match &mutant.form {
        Form::Mails(mails) => found.push(as_mails(material, ground, mails)),
        Form::Tree { changed, states } => {
            if let Some(states) = states {
                let tree = &*material.tree;
                let mails = generator::mails_of(material.spec, tree, states, material.mailing);
                found.push(match mails {
                    Ok(mails) => as_mails(material, ground, &mails),
                    // A series that cannot be mailed cannot be sent.
                    Err(error) => refused(error),
                });
            }
            let report = landed(material, ground, changed, material.spec);
            found.push(of_report(Way::Landed, &report));
        }
    }
    found
}

fn landed(
    material: &Material<'_>,
    ground: &Ground,
    changed: &Snapshot,
    spec: &schema::model::Spec,
) -> Report {
    let tree = overlay(material.after.tree(), changed);
    ground.judge_landed(spec, tree, changed.keys().cloned().collect())
}

fn as_mails(material: &Material<'_>, ground: &Ground, mails: &[(String, Vec<u8>)]) -> Found {
    match read(mails) {
        Ok(series) => of_report(Way::Mails, &ground.judge_series(material.spec, &series)),
        Err(error) => refused(error),
    }
}

fn refused(why: String) -> Found {
    Found {
        way: Way::Mails,
        judged: Judged::Refused,
        why,
    }
}

fn of_report(way: Way, report: &Report) -> Found {
    let worst = report
        .findings
        .iter()
        .find(|finding| finding.verdict == report.verdict);
    Found {
        way,
        judged: match report.verdict {
            Verdict::Holds => Judged::Holds,
            Verdict::Violated => Judged::Violated,
            Verdict::Unknown => Judged::Unknown,
        },
        why: worst.map_or_else(String::new, |finding| {
            format!("{}: {}", finding.invariant, finding.message)
        }),
    }
}

/// Notes what an author has to look at.
fn note(
    material: &Material<'_>,
    ground: &Ground,
    mutant: &Mutant,
    found: &Found,
    outcome: &mut Outcome,
) {
    let Mutation {
        what, file, line, ..
    } = &mutant.mutation;
    let is_preserving = mutant.class.is_preserving();
    let survives = found.judged == Judged::Holds;
    if survives == is_preserving {
        if found.judged == Judged::Unknown && !is_preserving {
            outcome.undecided.push(Undecided {
                class: mutant.class.name(),
                what: what.clone(),
                file: file.clone(),
                line: *line,
                judged: found.way,
                why: found.why.clone(),
            });
        }
        return;
    }
    let hint = if is_preserving {
        hint::Hint {
            why: found.why.clone(),
            invariant: None,
        }
    } else {
        let kills = |spec: &schema::model::Spec| match &mutant.form {
            Form::Tree { changed, .. } => {
                landed(material, ground, changed, spec).verdict != Verdict::Holds
                    && landed(material, ground, &Snapshot::new(), spec).verdict == Verdict::Holds
            }
            Form::Mails(_) => false,
        };
        hint::of(material, mutant.class, &mutant.mutation, found.way, &kills)
    };
    let survivor = Survivor {
        class: mutant.class.name(),
        what: what.clone(),
        file: file.clone(),
        line: *line,
        judged: found.way,
        diff: difference(material, mutant),
        why: hint.why,
        invariant: hint.invariant,
    };
    if is_preserving {
        outcome.false_alarms.push(survivor);
    } else {
        outcome.survivors.push(survivor);
    }
}

/// What differs from the series as it is.
fn difference(material: &Material<'_>, mutant: &Mutant) -> String {
    let mut text = String::new();
    match &mutant.form {
        Form::Tree { changed, .. } => {
            for (path, bytes) in changed {
                let own = material.after.tree().read(path).ok().flatten();
                let shown = shown(own.as_deref().unwrap_or_default(), bytes);
                text.push_str(&format!("--- a/{path}\n+++ b/{path}\n{shown}"));
            }
        }
        Form::Mails(mails) => {
            let own: BTreeMap<&String, &Vec<u8>> = material
                .mails
                .iter()
                .map(|(name, bytes)| (name, bytes))
                .collect();
            for (name, bytes) in mails {
                let old = own.get(name).map_or(&[][..], |bytes| bytes);
                if old != bytes {
                    let shown = shown(old, bytes);
                    text.push_str(&format!("--- {name}\n+++ {name}\n{shown}"));
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use generator::{Mailing, series_date};
    use templates::Templates;
    use trees::{Indexed, SampleTree, Tree};

    use super::*;

    /// The verdict and what is wrong, without the order of the reading.
    fn told(report: &Report) -> (Verdict, Vec<String>) {
        // What was so before is asked of people's series, and of no mutant.
        let findings = report
            .findings
            .iter()
            .map(|finding| verify::finding::Finding {
                so_before: false,
                ..finding.clone()
            });
        let told = findings.map(|finding| format!("{finding:?}"));
        (report.verdict, told.collect())
    }

    /// Every class of a spec, on one ground and each by itself.
    fn judged_alike(origin: &str, spec: &str, most: usize) {
        let spec = schema::load(origin, spec.as_bytes()).expect("a spec");
        let templates = Templates::shipped();
        let date = series_date(&spec, None).expect("a date");
        let mailing = Mailing::new(date, &templates);
        let plain: Arc<dyn Tree> = Arc::new(SampleTree::open());
        let tree: Arc<dyn Tree> = Arc::new(Indexed::new(Arc::clone(&plain)));
        let material = Material::new(&spec, tree, &mailing, 7).expect("it renders");
        let before = Arc::new(trees::ParsedTree::new(Arc::clone(&material.tree)));
        let touched = material.last().into_keys().collect();
        let ground = Ground::new(before, Arc::clone(&material.after), touched);
        let mut maker = Maker::new(&material);
        let all = Class::ALL.iter();
        let mutants: Vec<Mutant> = all.flat_map(|class| maker.class(*class, most).1).collect();
        assert!(mutants.len() > 10 * most, "{}", mutants.len());
        for mutant in &mutants {
            let what = &mutant.mutation.what;
            if let Form::Tree { changed, states } = &mutant.form {
                let report = landed(&material, &ground, changed, &spec);
                let mut files = material.last();
                files.extend(
                    changed
                        .iter()
                        .map(|(path, bytes)| (path.clone(), bytes.clone())),
                );
                let alone = verify::judge_landed(&spec, overlay(&plain, &files));
                assert_eq!(told(&report), told(&alone), "{what}");
                let Some(states) = states else { continue };
                let mails = generator::mails_of(&spec, &*plain, states, &mailing);
                let Ok(series) = mails.and_then(|mails| read(&mails)) else {
                    continue;
                };
                let report = ground.judge_series(&spec, &series);
                let alone = verify::judge_series(&spec, Arc::clone(&plain), &series);
                assert_eq!(told(&report), told(&alone), "{what}");
            }
        }
    }

    #[test]
    fn on_one_ground_mutants_are_judged_as_by_themselves() {
        let specs = [
            ("v2", include_str!("../../../specs/detached-vf/v2.toml")),
            ("v3", include_str!("../../../specs/detached-vf/v3.toml")),
            (
                "v5",
                include_str!("../../../specs/no-command-memory/v5.toml"),
            ),
        ];
        for (origin, spec) in specs {
            judged_alike(origin, spec, 6);
        }
    }
}
