//! The graph: steps of a function and what may come after each.
//!
//! Conditions are nodes of their own ([`Role::Taken`]), not labels of edges: "every way here went
//! through `c` being true" is then plain dominance.

use std::ops::Range;

/// A step's index.
pub(crate) type StepId = usize;

/// What a step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Where paths meet. Not code.
    Join,
    /// Code that runs: a simple statement, or an operand of `&&`, `||`, `?:`, `,`, or the expression
    /// that such operands complete.
    Run,
    /// A compound statement is done.
    Leave,
    /// A condition came out so; `opposite` is where it came out otherwise.
    Taken {
        holds: bool,
        opposite: StepId,
        /// It ends a loop: what follows runs all the same.
        ends_loop: bool,
    },
    /// The head of a `switch`, with its cases.
    Dispatch { cases: Vec<StepId> },
    /// A way from a `switch` into its body: by these values, or (with none) by no other case.
    Case { value: Option<Range<usize>> },
}

/// A node of the graph.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Bytes of the file: the code, the condition, the statement that is left.
    pub(crate) range: Range<usize>,
    pub(crate) role: Role,
    pub(crate) next: Vec<StepId>,
}

/// Steps, in the order of the source.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    pub(crate) steps: Vec<Step>,
    pub(crate) entry: StepId,
    pub(crate) exit: StepId,
}

impl Graph {
    /// An empty function: entry and exit, not joined.
    pub(crate) fn new() -> Self {
        let mut graph = Self {
            steps: Vec::new(),
            entry: 0,
            exit: 1,
        };
        graph.add(0..0, Role::Join);
        graph.add(0..0, Role::Join);
        graph
    }

    pub(crate) fn add(&mut self, range: Range<usize>, role: Role) -> StepId {
        self.steps.push(Step {
            range,
            role,
            next: Vec::new(),
        });
        self.steps.len() - 1
    }

    pub(crate) fn join(&mut self, from: StepId, to: StepId) {
        let next = &mut self.steps[from].next;
        if !next.contains(&to) {
            next.push(to);
        }
    }

    /// Which steps a path leads to from `start`, `start` included, that enters no step of `avoiding`.
    pub(crate) fn reached(&self, start: StepId, avoiding: impl Fn(StepId) -> bool) -> Vec<bool> {
        let mut seen = vec![false; self.steps.len()];
        let mut pending = vec![start];
        seen[start] = true;
        while let Some(step) = pending.pop() {
            for &next in &self.steps[step].next {
                if !seen[next] && !avoiding(next) {
                    seen[next] = true;
                    pending.push(next);
                }
            }
        }
        seen
    }

    /// Which steps lie on a cycle: those of strongly connected components with more than one step, and
    /// steps that follow themselves (Tarjan's algorithm, without recursion).
    pub(crate) fn cyclic(&self) -> Vec<bool> {
        Tarjan::new(self).run()
    }
}

struct Tarjan<'g> {
    graph: &'g Graph,
    index: Vec<usize>,
    low: Vec<usize>,
    open: Vec<StepId>,
    is_open: Vec<bool>,
    next_index: usize,
    cyclic: Vec<bool>,
}

const UNSEEN: usize = usize::MAX;

impl<'g> Tarjan<'g> {
    fn new(graph: &'g Graph) -> Self {
        let len = graph.steps.len();
        Self {
            graph,
            index: vec![UNSEEN; len],
            low: vec![UNSEEN; len],
            open: Vec::new(),
            is_open: vec![false; len],
            next_index: 0,
            cyclic: vec![false; len],
        }
    }

    fn run(mut self) -> Vec<bool> {
        for start in 0..self.graph.steps.len() {
            if self.index[start] == UNSEEN {
                self.visit(start);
            }
        }
        self.cyclic
    }

    fn enter(&mut self, step: StepId) {
        self.index[step] = self.next_index;
        self.low[step] = self.next_index;
        self.next_index += 1;
        self.open.push(step);
        self.is_open[step] = true;
    }

    fn visit(&mut self, start: StepId) {
        let mut stack = vec![(start, 0)];
        self.enter(start);
        while let Some((step, child)) = stack.last_mut() {
            let step = *step;
            if let Some(&next) = self.graph.steps[step].next.get(*child) {
                *child += 1;
                if self.index[next] == UNSEEN {
                    self.enter(next);
                    stack.push((next, 0));
                } else if self.is_open[next] {
                    self.low[step] = self.low[step].min(self.index[next]);
                }
                continue;
            }
            stack.pop();
            if let Some((parent, _)) = stack.last() {
                self.low[*parent] = self.low[*parent].min(self.low[step]);
            }
            if self.low[step] == self.index[step] {
                self.close(step);
            }
        }
    }

    fn close(&mut self, root: StepId) {
        let mut size = 0;
        while let Some(step) = self.open.pop() {
            self.is_open[step] = false;
            size += 1;
            self.cyclic[step] =
                size > 1 || step != root || self.graph.steps[step].next.contains(&step);
            if step == root {
                break;
            }
        }
    }
}
