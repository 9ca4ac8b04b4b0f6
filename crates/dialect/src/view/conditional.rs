//! Which arms of `#if` groups the view shows.
//!
//! The grammar knows no preprocessor, so directives are blanked and the arms stand one after the
//! other. That reads well as long as every arm is a whole number of declarations, statements,
//! members or elements: such a group keeps all its arms, because code that the view does not show is
//! code that nobody reads. A group that splits a construct (an `if` without its body, two function
//! heads before one body) keeps one arm. Arms that are no C (`__ASSEMBLY__`, `__cplusplus`) are never
//! shown. `#if 0` is shown where it can stand, so that who looks for code finds it and learns that it
//! is dead; where it is no C it goes ([`DeadCode::Hidden`]), since nobody depends on it.
//!
//! It is longer than a page should be: the walk, the brackets and the choice of an arm share one state, and each is
//! wrong without the others' rules in sight.
//!
//! The state of a place is a stack of open brackets. It is kept as a path in a tree, so that going
//! back to where a group began is one assignment and comparing two places is one comparison: an arm
//! is whole when it ends at the very node where it began.

mod arms;
mod policy;
mod test;

use rustc_hash::FxHashMap;

use self::arms::{Arm, link_arms};
pub use policy::{POLICIES, Policy};

use crate::view::conditional::policy::{DeadCode, Preference};
use crate::view::conditional::test::{Test, test_of};
use crate::view::stream::{Directive, DirectiveKind, Tok, index};
use crate::view::symbol::Symbol;

/// Why a token is not in the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is in the view.
    Kept,
    /// Its arm was not chosen.
    Dropped,
    /// Its arm is no C: `#if 0`, assembler, C++.
    Dead,
}

/// Groups nested deeper than this keep all their arms unseen.
const MAX_NESTING: usize = 100;

/// Decides for every token whether the view shows it.
pub(crate) fn fates(
    source: &[u8],
    toks: &[Tok],
    directives: &[Directive],
    policy: Policy,
) -> Vec<Fate> {
    let mut fates = vec![Fate::Kept; toks.len()];
    if directives.iter().any(|d| d.kind == DirectiveKind::If) {
        let mut resolver = Resolver {
            source,
            toks,
            directives,
            policy,
            next_arm: link_arms(directives),
            fates: &mut fates,
            assumed: FxHashMap::default(),
            nodes: Vec::new(),
            opener_of: FxHashMap::default(),
            nesting: 0,
        };
        let whole = Region {
            directives: (0, directives.len()),
            tokens: (0, toks.len()),
        };
        resolver.region(whole, &mut Gap::default());
    }
    fates
}

/// What kind of list an open bracket holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    Paren,
    Square,
    Block,
    Record,
    Enumeration,
    Initialiser,
}

/// One open bracket and the node of the bracket around it.
struct Open {
    kind: Bracket,
    token: usize,
    around: Option<usize>,
}

/// A place between two tokens: the innermost open bracket and the last token that counts.
#[derive(Clone, Copy, Default)]
struct Gap {
    open: Option<usize>,
    last: Option<usize>,
}

/// A run of directives and the run of tokens among them.
#[derive(Clone, Copy)]
struct Region {
    directives: (usize, usize),
    tokens: (usize, usize),
}

struct Resolver<'a> {
    source: &'a [u8],
    toks: &'a [Tok],
    directives: &'a [Directive],
    policy: Policy,
    /// For `#if`, `#elif`, `#else`: the directive that ends the arm.
    next_arm: Vec<usize>,
    fates: &'a mut Vec<Fate>,
    /// What was taken for true or false so far, so that two groups on one condition agree.
    assumed: FxHashMap<Vec<u8>, bool>,
    nodes: Vec<Open>,
    /// Closing parenthesis to opening one.
    opener_of: FxHashMap<usize, usize>,
    nesting: usize,
}

impl Resolver<'_> {
    fn symbol(&self, at: usize) -> Symbol {
        self.toks.get(at).map_or(Symbol::Edge, |tok| tok.symbol)
    }

    fn token_of(&self, directive: usize) -> usize {
        self.directives
            .get(directive)
            .map_or(self.toks.len(), |d| index(d.token))
    }

    /// Walks a region from `place`, which it moves to the region's end. Returns the first token that
    /// counts.
    fn region(&mut self, region: Region, place: &mut Gap) -> Option<usize> {
        let mut first = None;
        let (mut directive, last_directive) = region.directives;
        let (mut token, last_token) = region.tokens;
        loop {
            while directive < last_directive && self.directives[directive].kind != DirectiveKind::If
            {
                directive += 1;
            }
            let limit = if directive < last_directive {
                self.token_of(directive)
            } else {
                last_token
            };
            for at in token..limit {
                first = first.or(Some(at));
                self.feed(at, place);
            }
            if directive >= last_directive {
                return first;
            }
            let end = self.group(directive, region, place, &mut first);
            token = self.token_of(end).min(last_token).max(limit);
            directive = end + 1;
        }
    }

    /// Walks the group that `directive` opens and decides on its arms. Returns its `#endif`.
    fn group(
        &mut self,
        directive: usize,
        region: Region,
        place: &mut Gap,
        first: &mut Option<usize>,
    ) -> usize {
        self.nesting += 1;
        let before = *place;
        let mut arms: Vec<Arm> = Vec::new();
        let mut head = directive;
        let end = loop {
            let next = self.next_arm[head].min(region.directives.1);
            let arm = self.arm(head, next, region, before, &arms);
            arms.push(arm);
            let closes = self
                .directives
                .get(next)
                .is_none_or(|d| d.kind == DirectiveKind::Endif);
            if closes || next >= region.directives.1 {
                break next;
            }
            head = next;
        };
        let after = self.token_of(end);
        self.bury(&mut arms, before, after);
        if self.nesting >= MAX_NESTING || self.all_whole(&arms, before, after) {
            for arm in arms.iter().filter(|arm| arm.shows()) {
                place.last = arm.end.last;
                *first = first.or(arm.first);
            }
        } else {
            self.choose(&arms, place, first);
        }
        self.nesting -= 1;
        end
    }

    fn arm(
        &mut self,
        head: usize,
        next: usize,
        region: Region,
        before: Gap,
        earlier: &[Arm],
    ) -> Arm {
        let tokens = (
            self.token_of(head),
            self.token_of(next).min(region.tokens.1),
        );
        let directive = self.directives[head];
        let test =
            (directive.kind != DirectiveKind::Else).then(|| test_of(self.source, &directive));
        let never = match &test {
            Some(test) => test.fixed() == Some(false),
            None => earlier
                .iter()
                .any(|arm| arm.test.as_ref().and_then(Test::fixed) == Some(true)),
        };
        let other_language = match &test {
            Some(test) => test.is_about_language(),
            None => earlier
                .iter()
                .any(|arm| arm.test.as_ref().is_some_and(Test::is_about_language)),
        };
        let zero = never && !other_language;
        let dead = (never && (other_language || self.policy.dead_code == DeadCode::Hidden))
            || self.holds_error(head + 1, next);
        let mut end = before;
        let mut first = None;
        if dead {
            self.mark(tokens, Fate::Dead);
        } else if self.nesting < MAX_NESTING {
            let inner = Region {
                directives: (head + 1, next),
                tokens,
            };
            first = self.region(inner, &mut end);
        }
        Arm {
            tokens,
            test,
            end,
            first,
            dead,
            zero,
        }
    }

    /// Drops arms under `#if 0` that cannot stand for themselves.
    fn bury(&mut self, arms: &mut [Arm], before: Gap, after: usize) {
        for arm in arms.iter_mut().filter(|arm| arm.zero && arm.shows()) {
            if !self.all_whole(std::slice::from_ref(arm), before, after) {
                arm.dead = true;
                self.mark(arm.tokens, Fate::Dead);
            }
        }
    }

    /// Whether an arm stops every compiler with `#error`.
    fn holds_error(&self, from: usize, end: usize) -> bool {
        let mut at = from;
        while at < end {
            match self.directives[at].kind {
                DirectiveKind::Error => return true,
                DirectiveKind::If => {
                    while at < end && self.directives[at].kind != DirectiveKind::Endif {
                        at = self.next_arm[at];
                    }
                }
                _ => {}
            }
            at += 1;
        }
        false
    }

    fn mark(&mut self, tokens: (usize, usize), fate: Fate) {
        for known in self.fates.get_mut(tokens.0..tokens.1).unwrap_or_default() {
            if *known == Fate::Kept {
                *known = fate;
            }
        }
    }

    /// Whether every arm stands for itself, so that all can be shown one after the other.
    fn all_whole(&self, arms: &[Arm], before: Gap, after: usize) -> bool {
        let list = before.open.map(|open| self.nodes[open].kind);
        let shown: Vec<&Arm> = arms.iter().filter(|arm| arm.shows()).collect();
        if shown.is_empty() {
            return true;
        }
        let starts_with = |symbol| {
            shown
                .iter()
                .any(|arm| arm.first.is_some_and(|first| self.symbol(first) == symbol))
        };
        let body_follows_head = list.is_none()
            && starts_with(Symbol::OpenBrace)
            && before
                .last
                .is_some_and(|last| self.symbol(last) == Symbol::CloseParen);
        self.is_boundary(before.last, list, after, false)
            && shown.iter().all(|arm| {
                arm.end.open == before.open && self.is_boundary(arm.end.last, list, after, true)
            })
            && !(shown.len() > 1 && starts_with(Symbol::Else))
            && !body_follows_head
    }

    /// Whether a construct ends after the token `last` in a list of this kind.
    fn is_boundary(
        &self,
        last: Option<usize>,
        list: Option<Bracket>,
        after: usize,
        ends_arm: bool,
    ) -> bool {
        let Some(last) = last else {
            return true;
        };
        let next = self.symbol(after);
        match (list, self.symbol(last)) {
            (None, Symbol::CloseParen) => !matches!(
                next,
                Symbol::OpenBrace
                    | Symbol::Semicolon
                    | Symbol::Equals
                    | Symbol::Comma
                    | Symbol::OpenBracket
            ),
            (None | Some(Bracket::Block | Bracket::Record), symbol) => match symbol {
                Symbol::Semicolon | Symbol::OpenBrace | Symbol::CloseBrace => true,
                Symbol::Colon => list.is_some() && !self.in_conditional(last),
                Symbol::CloseParen => ends_arm && list == Some(Bracket::Record),
                _ => false,
            },
            (Some(Bracket::Initialiser | Bracket::Enumeration), symbol) => {
                matches!(symbol, Symbol::Comma | Symbol::OpenBrace)
                    || (ends_arm && next == Symbol::CloseBrace)
            }
            (Some(Bracket::Paren | Bracket::Square), _) => false,
        }
    }

    /// Whether the colon at `at` belongs to a `?`.
    fn in_conditional(&self, at: usize) -> bool {
        const FAR: usize = 200;
        (at.saturating_sub(FAR)..at)
            .rev()
            .map(|earlier| self.symbol(earlier))
            .take_while(|symbol| {
                !matches!(
                    symbol,
                    Symbol::Semicolon | Symbol::OpenBrace | Symbol::CloseBrace
                )
            })
            .any(|symbol| symbol == Symbol::Question)
    }

    /// Keeps one arm: the one that what was assumed so far makes true, else the first that may be.
    fn choose(&mut self, arms: &[Arm], place: &mut Gap, first: &mut Option<usize>) {
        let may_be_true = |arm: &Arm| {
            !arm.dead
                && !arm.zero
                && match &arm.test {
                    None => true,
                    Some(test) => self.truth(test) != Some(false),
                }
        };
        let chosen = match self.policy.preference {
            Preference::First => arms.iter().position(may_be_true),
            Preference::Last => arms
                .iter()
                .rposition(may_be_true)
                .filter(|&at| arms.len() > 1 || arms[at].is_long()),
        };
        for (at, arm) in arms.iter().enumerate() {
            if Some(at) != chosen {
                let fate = if arm.zero { Fate::Dead } else { Fate::Dropped };
                self.mark(arm.tokens, fate);
            }
        }
        let Some(arm) = chosen.and_then(|at| arms.get(at)) else {
            return;
        };
        if let Some(test) = &arm.test
            && self.truth(test).is_none()
        {
            self.assumed.insert(test.text.clone(), test.wanted);
        }
        place.open = arm.end.open;
        if arm.first.is_some() {
            place.last = arm.end.last;
            *first = first.or(arm.first);
        }
    }

    fn truth(&self, test: &Test) -> Option<bool> {
        test.fixed()
            .or_else(|| Some(*self.assumed.get(&test.text)? == test.wanted))
    }

    /// Takes one token into the state of the place.
    fn feed(&mut self, at: usize, place: &mut Gap) {
        match self.symbol(at) {
            Symbol::OpenParen => self.push(Bracket::Paren, at, place),
            Symbol::OpenBracket => self.push(Bracket::Square, at, place),
            Symbol::OpenBrace => {
                let kind = self.brace_kind(place);
                self.push(kind, at, place);
            }
            symbol if symbol.is_closer() => {
                if let Some(open) = place.open.and_then(|open| self.nodes.get(open)) {
                    self.opener_of.insert(at, open.token);
                    place.open = open.around;
                }
            }
            _ => {}
        }
        place.last = Some(at);
    }

    fn push(&mut self, kind: Bracket, token: usize, place: &mut Gap) {
        let around = place.open;
        place.open = Some(self.nodes.len());
        self.nodes.push(Open {
            kind,
            token,
            around,
        });
    }

    /// What list a `{` at this place opens, by the tokens before it.
    fn brace_kind(&self, place: &Gap) -> Bracket {
        let Some(last) = place.last else {
            return Bracket::Block;
        };
        let around = place.open.map(|open| self.nodes[open].kind);
        match self.symbol(last) {
            Symbol::Equals => Bracket::Initialiser,
            _ if around == Some(Bracket::Initialiser) => Bracket::Initialiser,
            Symbol::Struct | Symbol::Union => Bracket::Record,
            Symbol::Enum => Bracket::Enumeration,
            Symbol::Name => self.tag_before(last),
            Symbol::CloseParen => self.literal_or_block(last),
            _ => Bracket::Block,
        }
    }

    /// `struct [annotation]… NAME {`
    fn tag_before(&self, last: usize) -> Bracket {
        const FAR: usize = 4;
        for earlier in (last.saturating_sub(FAR)..last).rev() {
            match self.symbol(earlier) {
                Symbol::Enum => return Bracket::Enumeration,
                Symbol::Struct | Symbol::Union => return Bracket::Record,
                symbol if symbol.is_word() => {}
                _ => break,
            }
        }
        Bracket::Block
    }

    /// `= (struct x) {` against `f(void) {`
    fn literal_or_block(&self, closer: usize) -> Bracket {
        let opener = self.opener_of.get(&closer).copied().unwrap_or(0);
        let before = opener.checked_sub(1).map(|at| self.symbol(at));
        match before {
            Some(
                Symbol::Equals
                | Symbol::OpenParen
                | Symbol::Comma
                | Symbol::Return
                | Symbol::Ampersand
                | Symbol::Question
                | Symbol::Colon,
            ) => Bracket::Initialiser,
            _ => Bracket::Block,
        }
    }
}
