//! Control flow against a naive oracle: random structured C is run by a small machine that tries every
//! outcome of every condition, and the graph's answers are compared with the traces.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use proptest::prelude::*;
use query::File;
use query::flow::{Flow, Precedence};
use syntax::Reader;

/// A condition over unknown atoms.
#[derive(Clone, Debug)]
enum Condition {
    Atom,
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

#[derive(Clone, Debug)]
enum Statement {
    Mark,
    If(Condition, Vec<Statement>, Option<Vec<Statement>>),
    While(Condition, Vec<Statement>),
    DoWhile(Vec<Statement>, Condition),
    For(Condition, Vec<Statement>),
    Once(Vec<Statement>),
    Switch(Vec<(Vec<Statement>, bool)>, bool),
    Choose(Condition),
    Break,
    Continue,
    Return,
    Goto(u8),
    Label(u8),
}

const LABELS: u8 = 3;

fn condition() -> impl Strategy<Value = Condition> {
    Just(Condition::Atom).prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|c| Condition::Not(Box::new(c))),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| Condition::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Condition::Or(Box::new(a), Box::new(b))),
        ]
    })
}

fn statements() -> impl Strategy<Value = Vec<Statement>> {
    let leaf = prop_oneof![
        6 => Just(Statement::Mark),
        1 => condition().prop_map(Statement::Choose),
        1 => Just(Statement::Break),
        1 => Just(Statement::Continue),
        1 => Just(Statement::Return),
        1 => (0..LABELS).prop_map(Statement::Goto),
        1 => (0..LABELS).prop_map(Statement::Label),
    ];
    let statement = leaf.prop_recursive(3, 14, 4, |inner| {
        let block = prop::collection::vec(inner, 0..4);
        prop_oneof![
            3 => (condition(), block.clone(), prop::option::of(block.clone()))
                .prop_map(|(c, t, e)| Statement::If(c, t, e)),
            1 => (condition(), block.clone()).prop_map(|(c, b)| Statement::While(c, b)),
            1 => (block.clone(), condition()).prop_map(|(b, c)| Statement::DoWhile(b, c)),
            1 => (condition(), block.clone()).prop_map(|(c, b)| Statement::For(c, b)),
            1 => block.clone().prop_map(Statement::Once),
            1 => (prop::collection::vec((block, any::<bool>()), 1..4), any::<bool>())
                .prop_map(|(cases, default)| Statement::Switch(cases, default)),
        ]
    });
    prop::collection::vec(statement, 1..6)
}

/// Branches to patch: where the condition is true, where it is false.
type Outcomes = (Vec<(usize, bool)>, Vec<(usize, bool)>);

/// What the machine runs.
#[derive(Clone, Debug)]
enum Instruction {
    Mark(usize),
    /// Evaluates the atom: true goes to the first, false to the second.
    Branch(usize, usize, usize),
    /// Any of these comes next.
    Any(Vec<usize>),
    Jump(usize),
    Return,
}

/// Writes the C text and the machine's program side by side.
#[derive(Default)]
struct Writer {
    text: String,
    marks: Vec<Range<usize>>,
    atoms: Vec<Range<usize>>,
    /// Atoms in the condition of a loop: their end of the loop is no guard.
    loop_atoms: BTreeSet<usize>,
    program: Vec<Instruction>,
    labels: BTreeMap<u8, usize>,
    gotos: Vec<(usize, u8)>,
    /// Jumps to patch: (instruction, loop depth, is a break).
    breaks: Vec<Vec<usize>>,
    continues: Vec<Vec<usize>>,
}

impl Writer {
    fn emit(&mut self, instruction: Instruction) -> usize {
        self.program.push(instruction);
        self.program.len() - 1
    }

    fn here(&self) -> usize {
        self.program.len()
    }

    fn mark(&mut self) {
        let number = self.marks.len();
        let text = format!("m{number}()");
        self.marks
            .push(self.text.len()..self.text.len() + text.len());
        self.text.push_str(&text);
        self.emit(Instruction::Mark(number));
    }

    /// Returns the branches to patch: where it is true, where false.
    fn condition(&mut self, condition: &Condition) -> Outcomes {
        match condition {
            Condition::Atom => {
                let number = self.atoms.len();
                let text = format!("c{number}");
                self.atoms
                    .push(self.text.len()..self.text.len() + text.len());
                self.text.push_str(&text);
                let at = self.emit(Instruction::Branch(number, usize::MAX, usize::MAX));
                (vec![(at, true)], vec![(at, false)])
            }
            Condition::Not(inner) => {
                self.text.push_str("!(");
                let (yes, no) = self.condition(inner);
                self.text.push(')');
                (no, yes)
            }
            Condition::And(a, b) => self.both(a, b, true),
            Condition::Or(a, b) => self.both(a, b, false),
        }
    }

    fn loop_condition(&mut self, condition: &Condition) -> Outcomes {
        let first = self.atoms.len();
        let outcomes = self.condition(condition);
        self.loop_atoms.extend(first..self.atoms.len());
        outcomes
    }

    fn both(&mut self, a: &Condition, b: &Condition, is_and: bool) -> Outcomes {
        self.text.push('(');
        let (mut yes, mut no) = self.condition(a);
        self.text.push_str(if is_and { ") && (" } else { ") || (" });
        let here = self.here();
        self.patch(if is_and { &yes } else { &no }, here);
        let (yes2, no2) = self.condition(b);
        self.text.push(')');
        if is_and {
            no.extend(no2);
            (yes2, no)
        } else {
            yes.extend(yes2);
            (yes, no2)
        }
    }

    fn patch(&mut self, sides: &[(usize, bool)], target: usize) {
        for (at, side) in sides {
            if let Instruction::Branch(_, yes, no) = &mut self.program[*at] {
                *(if *side { yes } else { no }) = target;
            }
        }
    }

    fn block(&mut self, block: &[Statement]) {
        self.text.push_str("{\n");
        for statement in block {
            self.statement(statement);
        }
        self.text.push_str("}\n");
    }

    fn loop_body(&mut self, block: &[Statement]) {
        self.breaks.push(Vec::new());
        self.continues.push(Vec::new());
        self.block(block);
    }

    fn end_loop(&mut self, again: usize, after: usize) {
        for at in self.breaks.pop().expect("in a loop") {
            self.program[at] = Instruction::Jump(after);
        }
        for at in self.continues.pop().expect("in a loop") {
            self.program[at] = Instruction::Jump(again);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Mark => {
                // A bare call after a jump in a `switch` is taken for a macro that hides a `case`.
                self.text.push_str("(void)");
                self.mark();
                self.text.push_str(";\n");
            }
            Statement::Choose(condition) => {
                self.text.push_str("x = ");
                let (yes, no) = self.condition(condition);
                self.text.push_str(" ? ");
                let here = self.here();
                self.patch(&yes, here);
                self.mark();
                let jump = self.emit(Instruction::Return);
                self.text.push_str(" : ");
                let here = self.here();
                self.patch(&no, here);
                self.mark();
                self.text.push_str(";\n");
                self.program[jump] = Instruction::Jump(self.here());
            }
            Statement::If(condition, then, otherwise) => {
                self.text.push_str("if (");
                let (yes, no) = self.condition(condition);
                self.text.push_str(") ");
                let here = self.here();
                self.patch(&yes, here);
                self.block(then);
                if let Some(otherwise) = otherwise {
                    let jump = self.emit(Instruction::Return);
                    let here = self.here();
                    self.patch(&no, here);
                    self.text.push_str("else ");
                    self.block(otherwise);
                    self.program[jump] = Instruction::Jump(self.here());
                } else {
                    let here = self.here();
                    self.patch(&no, here);
                }
            }
            Statement::While(condition, body) | Statement::For(condition, body) => {
                let is_for = matches!(statement, Statement::For(..));
                self.text
                    .push_str(if is_for { "for (i = 0; " } else { "while (" });
                let head = self.here();
                let (yes, no) = self.loop_condition(condition);
                self.text.push_str(if is_for { "; i++) " } else { ") " });
                let here = self.here();
                self.patch(&yes, here);
                self.loop_body(body);
                self.emit(Instruction::Jump(head));
                let after = self.here();
                self.patch(&no, after);
                self.end_loop(head, after);
            }
            Statement::DoWhile(body, condition) => {
                self.text.push_str("do ");
                let start = self.here();
                self.loop_body(body);
                self.text.push_str("while (");
                let again = self.here();
                let (yes, no) = self.loop_condition(condition);
                self.text.push_str(");\n");
                let after = self.here();
                self.patch(&yes, start);
                self.patch(&no, after);
                self.end_loop(again, after);
            }
            Statement::Once(body) => {
                self.text.push_str("do ");
                self.loop_body(body);
                self.text.push_str("while (0);\n");
                let after = self.here();
                self.end_loop(after, after);
            }
            Statement::Switch(cases, has_default) => self.switch(cases, *has_default),
            Statement::Break => self.leave_loop("break", true),
            Statement::Continue => self.leave_loop("continue", false),
            Statement::Return => {
                self.text.push_str("return 1;\n");
                self.emit(Instruction::Return);
            }
            Statement::Goto(label) => {
                self.text.push_str(&format!("goto l{label};\n"));
                let at = self.emit(Instruction::Return);
                self.gotos.push((at, *label));
            }
            Statement::Label(label) => {
                if !self.labels.contains_key(label) {
                    self.text.push_str(&format!("l{label}: ;\n"));
                    self.labels.insert(*label, self.here());
                }
            }
        }
    }

    fn leave_loop(&mut self, keyword: &str, is_break: bool) {
        let stack = if is_break {
            &mut self.breaks
        } else {
            &mut self.continues
        };
        let Some(top) = stack.last_mut() else { return };
        top.push(self.program.len());
        self.text.push_str(&format!("{keyword};\n"));
        self.emit(Instruction::Return);
    }

    fn switch(&mut self, cases: &[(Vec<Statement>, bool)], has_default: bool) {
        self.text.push_str("switch (x) {\n");
        let dispatch = self.emit(Instruction::Any(Vec::new()));
        let mut targets = Vec::new();
        self.breaks.push(Vec::new());
        for (index, (body, breaks)) in cases.iter().enumerate() {
            let is_default = has_default && index + 1 == cases.len();
            if is_default {
                self.text.push_str("default:\n");
            } else {
                self.text.push_str(&format!("case {index}:\n"));
            }
            targets.push(self.here());
            for statement in body {
                self.statement(statement);
            }
            if *breaks {
                self.leave_loop("break", true);
            }
        }
        self.text.push_str("}\n");
        let after = self.here();
        if !has_default {
            targets.push(after);
        }
        self.program[dispatch] = Instruction::Any(targets);
        for at in self.breaks.pop().expect("in the switch") {
            self.program[at] = Instruction::Jump(after);
        }
    }

    fn finish(mut self, body: &[Statement]) -> Self {
        self.text.push_str("int f(int x)\n");
        self.block(body);
        self.emit(Instruction::Return);
        for (at, label) in std::mem::take(&mut self.gotos) {
            let Some(target) = self.labels.get(&label) else {
                continue;
            };
            self.program[at] = Instruction::Jump(*target);
        }
        self
    }
}

/// What happens in a run.
#[derive(Clone)]
enum Event {
    /// A mark is passed; what each atom was when last looked at.
    Mark(usize, BTreeMap<usize, bool>),
    /// An atom is looked at.
    Look(usize, bool),
    /// The function returns.
    Return,
}

type Trace = Vec<Event>;

/// Every run in which no way through a branch is taken more than twice; none where there are too many.
fn traces(program: &[Instruction]) -> Option<Vec<Trace>> {
    struct State {
        at: usize,
        taken: BTreeMap<(usize, usize), u8>,
        atoms: BTreeMap<usize, bool>,
        trace: Trace,
    }
    let mut done = Vec::new();
    let mut pending = vec![State {
        at: 0,
        taken: BTreeMap::new(),
        atoms: BTreeMap::new(),
        trace: Vec::new(),
    }];
    let mut budget = 60_000;
    while let Some(mut state) = pending.pop() {
        budget -= 1;
        if budget == 0 {
            return None;
        }
        let mut ways = Vec::new();
        match &program[state.at] {
            Instruction::Mark(mark) => {
                state.trace.push(Event::Mark(*mark, state.atoms.clone()));
                ways.push((state.at + 1, None));
            }
            Instruction::Branch(atom, yes, no) => {
                ways.push((*yes, Some((*atom, true))));
                ways.push((*no, Some((*atom, false))));
            }
            Instruction::Any(targets) => ways.extend(targets.iter().map(|to| (*to, None))),
            Instruction::Jump(to) => ways.push((*to, None)),
            Instruction::Return => {
                state.trace.push(Event::Return);
                done.push(state.trace);
                continue;
            }
        }
        let mut stuck = true;
        for (to, atom) in ways {
            let outcome = atom.map_or(2, |(_, holds)| usize::from(holds));
            let taken = state
                .taken
                .get(&(state.at, to * 3 + outcome))
                .copied()
                .unwrap_or(0);
            if taken >= 2 {
                continue;
            }
            stuck = false;
            let mut next = State {
                at: to,
                taken: state.taken.clone(),
                atoms: state.atoms.clone(),
                trace: state.trace.clone(),
            };
            next.taken.insert((state.at, to * 3 + outcome), taken + 1);
            next.atoms.extend(atom);
            next.trace
                .extend(atom.map(|(atom, holds)| Event::Look(atom, holds)));
            pending.push(next);
        }
        if stuck {
            done.push(state.trace);
        }
    }
    Some(done)
}

/// What the traces say of a function.
struct Oracle {
    seen: BTreeSet<usize>,
    twice: BTreeSet<usize>,
    /// `(a, b)`: some trace comes to `b` without `a`.
    without: BTreeSet<(usize, usize)>,
    /// Atoms that had one outcome, and were looked at, whenever the mark was passed.
    decided: BTreeMap<usize, BTreeMap<usize, bool>>,
    /// `(atom, outcome, mark)`: after that outcome, some run returned without the mark.
    missed: BTreeSet<(usize, bool, usize)>,
}

impl Oracle {
    fn new(traces: &[Trace], marks: usize) -> Self {
        let mut oracle = Self {
            seen: BTreeSet::new(),
            twice: BTreeSet::new(),
            without: BTreeSet::new(),
            decided: BTreeMap::new(),
            missed: BTreeSet::new(),
        };
        for trace in traces {
            oracle.note_missed(trace, marks);
            let mut passed = BTreeSet::new();
            for event in trace {
                let Event::Mark(mark, atoms) = event else {
                    continue;
                };
                let decided = oracle.decided.entry(*mark).or_insert_with(|| atoms.clone());
                decided.retain(|atom, holds| atoms.get(atom) == Some(holds));
                oracle.seen.insert(*mark);
                if passed.contains(mark) {
                    oracle.twice.insert(*mark);
                }
                let missing = (0..marks).filter(|other| !passed.contains(other));
                oracle.without.extend(missing.map(|other| (other, *mark)));
                passed.insert(*mark);
            }
        }
        oracle
    }

    fn note_missed(&mut self, trace: &Trace, marks: usize) {
        if !matches!(trace.last(), Some(Event::Return)) {
            return;
        }
        let mut missing: BTreeSet<usize> = (0..marks).collect();
        for event in trace.iter().rev() {
            match event {
                Event::Mark(mark, _) => {
                    missing.remove(mark);
                }
                Event::Look(atom, holds) => {
                    self.missed
                        .extend(missing.iter().map(|mark| (*atom, *holds, *mark)));
                }
                Event::Return => {}
            }
        }
    }
}

fn read(source: &str) -> File {
    let path = TreePath::new("a.c").expect("a path");
    File::from(Reader::standalone().read(&path, Arc::from(source.as_bytes())))
}

fn compare(body: &[Statement]) -> Result<(), TestCaseError> {
    let written = Writer::default().finish(body);
    // Without its label a `goto` is no program.
    let missing = |label: u8| {
        written.text.contains(&format!("goto l{label};")) && !written.labels.contains_key(&label)
    };
    if (0..LABELS).any(missing) {
        return Ok(());
    }
    let Some(traces) = traces(&written.program) else {
        return Ok(());
    };
    let oracle = Oracle::new(&traces, written.marks.len());
    let source = &written.text;
    let file = read(source);
    let start = source.find('{').expect("a body");
    let end = source.trim_end().len();
    let flow = Flow::of_body(&file, &(0..end), &(start..end)).expect("read");
    for (mark, range) in written.marks.iter().enumerate() {
        prop_assert_eq!(
            flow.reaches(range),
            oracle.seen.contains(&mark),
            "reaches m{} in\n{}",
            mark,
            source
        );
        prop_assert_eq!(
            flow.in_loop(range),
            oracle.twice.contains(&mark),
            "m{} in a loop in\n{}",
            mark,
            source
        );
        compare_guards(&flow, &written, &oracle, mark)?;
        for (other, other_range) in written.marks.iter().enumerate() {
            let expected = if !oracle.seen.contains(&mark) {
                Precedence::Unreachable
            } else if oracle.without.contains(&(other, mark)) && other != mark {
                Precedence::Not(Vec::new())
            } else if other == mark {
                continue;
            } else {
                Precedence::Always
            };
            let got = match flow.precedes(
                std::slice::from_ref(other_range),
                std::slice::from_ref(range),
            ) {
                Precedence::Not(path) => {
                    prop_assert_eq!(path.last(), Some(&range.start));
                    prop_assert!(
                        !path.contains(&other_range.start),
                        "the path passes m{} in\n{}",
                        other,
                        source
                    );
                    Precedence::Not(Vec::new())
                }
                other => other,
            };
            prop_assert_eq!(got, expected, "m{} before m{} in\n{}", other, mark, source);
        }
    }
    Ok(())
}

/// Every guard of a mark is an atom that had that outcome whenever the mark was passed; and every such
/// atom (of no loop) whose other outcome lets the mark be missed is a guard.
fn compare_guards(
    flow: &Flow,
    written: &Writer,
    oracle: &Oracle,
    mark: usize,
) -> Result<(), TestCaseError> {
    let none = BTreeMap::new();
    let decided = oracle.decided.get(&mark).unwrap_or(&none);
    let guards = flow.guards(&written.marks[mark]);
    for (atom, holds) in decided {
        let decides = oracle.missed.contains(&(*atom, !holds, mark));
        if decides && !written.loop_atoms.contains(atom) {
            let listed = guards
                .iter()
                .any(|guard| guard.condition == written.atoms[*atom] && guard.holds == *holds);
            prop_assert!(
                listed,
                "c{} does not guard m{} in\n{}",
                atom,
                mark,
                written.text
            );
        }
    }
    for guard in guards {
        let Some(atom) = written
            .atoms
            .iter()
            .position(|range| *range == guard.condition)
        else {
            continue;
        };
        prop_assert_eq!(
            decided.get(&atom),
            Some(&guard.holds),
            "c{} guards m{} in\n{}",
            atom,
            mark,
            written.text
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, max_shrink_iters: 4000, ..ProptestConfig::default() })]

    #[test]
    fn the_graph_says_what_every_path_says(body in statements()) {
        compare(&body)?;
    }
}
