//! Names that macros bring in: a member named as an argument of `container_of`, what a trace event
//! calls its record, and variables that a macro's call declares.

use super::builtin::{self, PATHS};
use super::calls::{Call, calls_around, calls_in};
use super::context::{Answer, Context, FileRef, Type};
use super::token::{Token, closing, split};
use super::typename::is_surely_type;
use syntax::items::RecordKind;

/// How many macros deep a declaring macro may be defined by another.
const MAX_NESTING: usize = 4;

impl<'a> Context<'a> {
    /// The record whose member is named at `at` as an argument: `core.vdev` in
    /// `container_of(p, struct s, core.vdev)`. `path` is what stands before the last member.
    pub(super) fn member_path(&mut self, at: usize, path: &[Token]) -> Option<Answer<'a>> {
        let call = calls_around(&self.home(), at).pop()?;
        if call.argument_at != at {
            return None;
        }
        let owner = self.owner_of_path(&self.home(), &call, at, MAX_NESTING)?;
        let mut answer = self.step(|context| context.type_or_expression(&owner));
        for word in path.iter().filter(|token| token.is_word()) {
            answer = answer.and_then(|of| self.member_type(&of, &word.text));
        }
        Some(answer)
    }

    /// The argument that names the record whose member is named at `at`, in the call or in what it
    /// expands to.
    fn owner_of_path(
        &mut self,
        file: &FileRef<'a>,
        call: &Call,
        at: usize,
        nesting: usize,
    ) -> Option<Vec<Token>> {
        let arguments = split(&call.arguments, ",");
        if let Some((whose, member)) = builtin::of(PATHS, &call.name.text) {
            let path = arguments.get(member)?.first()?;
            let is_path = path.at == at && path.scope == 0;
            return is_path.then(|| arguments.get(whose).map(|owner| owner.to_vec()))?;
        }
        let nesting = nesting.checked_sub(1)?;
        // A macro's name in its own expansion is no macro.
        if self.is_hidden(&call.name) {
            return None;
        }
        for (owner, definition) in self.macros_named(file, &call.name.text) {
            let expanded = self.expand(&definition, &owner, &call.name, Some(&call.arguments));
            for inner in calls_in(&expanded.unwrap_or_default()) {
                let holds = inner.arguments.iter().any(|t| t.at == at && t.scope == 0);
                let found = holds.then(|| self.owner_of_path(&owner, &inner, at, nesting));
                if let Some(Some(found)) = found {
                    return Some(found);
                }
            }
        }
        None
    }

    /// A name that the trace event around it brings in.
    pub(super) fn traced(&mut self, name: &Token) -> Option<Answer<'a>> {
        let file = self.file_of(name);
        // Such an event stands at file level.
        if file.function_at(name.at).is_some() {
            return None;
        }
        let call = calls_around(&file, name.at).into_iter().next()?;
        if !builtin::TRACE_EVENTS.contains(&&*call.name.text) {
            return None;
        }
        let event = call.arguments.first()?;
        if name.is("__entry") {
            return Some(Ok(Type::Tagged {
                kind: RecordKind::Struct,
                tag: format!("{}{}", builtin::TRACE_RECORD, event.text),
                near: file,
            }));
        }
        let at = call
            .arguments
            .iter()
            .position(|token| token.is("TP_PROTO"))?;
        let end = closing(&call.arguments, at + 1);
        let parameters = call.arguments.get(at + 2..end)?.to_vec();
        let spelled = split(&parameters, ",").into_iter().find_map(|parameter| {
            let (last, before) = parameter.split_last()?;
            (last.text == name.text).then(|| before.to_vec())
        })?;
        Some(self.step(|context| context.type_name(&spelled)))
    }

    /// A variable that a macro's call declares: `LIST_HEAD(name)`, `for_each_child_scoped(parent, name)`.
    pub(super) fn declared_by_macro(&mut self, name: &Token) -> Option<Answer<'a>> {
        let file = self.file_of(name);
        let whole = self.declared_with(&file, name, &name.text, false);
        if whole.is_some() {
            return whole;
        }
        // `DEVICE_ATTR_RO(vendor)` declares `dev_attr_vendor`.
        let parts = name
            .text
            .match_indices('_')
            .map(|(at, _)| &name.text[at + 1..]);
        let parts: Vec<_> = parts.filter(|part| part.len() > 1).collect();
        parts
            .iter()
            .find_map(|part| self.declared_with(&file, name, part, true))
    }

    /// As [`Self::declared_by_macro`], of a call that has `argument` for one: the name, or (`pasted`)
    /// the end of it.
    fn declared_with(
        &mut self,
        file: &FileRef<'a>,
        name: &Token,
        argument: &str,
        pasted: bool,
    ) -> Option<Answer<'a>> {
        let places = file.call_index().places(file, argument, pasted);
        let before = places.iter().rev().filter(|&&at| at < name.at);
        let after = places.iter().filter(|&&at| at > name.at);
        before.chain(after).find_map(|&at| {
            let call = calls_around(file, at).pop()?;
            self.declared_in_call(file, &call, name, pasted, MAX_NESTING)
        })
    }

    fn declared_in_call(
        &mut self,
        file: &FileRef<'a>,
        call: &Call,
        name: &Token,
        pasted: bool,
        nesting: usize,
    ) -> Option<Answer<'a>> {
        if builtin::of(builtin::CALLS, &call.name.text).is_some() {
            return None;
        }
        if let Some(tag) = builtin::of(builtin::DECLARING, &call.name.text).flatten()
            && !pasted
        {
            return Some(Ok(self.known_struct(tag)));
        }
        if let Some((whose, named)) = builtin::of(builtin::DECLARING_TYPED, &call.name.text) {
            let arguments = split(&call.arguments, ",");
            let is_named = matches!(arguments.get(named), Some([only]) if only.text == name.text);
            let spelled = arguments.get(whose).filter(|_| is_named)?.to_vec();
            return Some(self.step(|context| context.type_name(&spelled)));
        }
        self.declared_in_body(file, call, name, pasted, nesting)
    }

    /// Looks for a declaration of `name` in what the call expands to.
    fn declared_in_body(
        &mut self,
        file: &FileRef<'a>,
        call: &Call,
        name: &Token,
        pasted: bool,
        nesting: usize,
    ) -> Option<Answer<'a>> {
        let nesting = nesting.checked_sub(1)?;
        if self.is_hidden(&call.name) {
            return None;
        }
        let definitions = self.macros_named(file, &call.name.text);
        for (owner, definition) in definitions {
            let expanded = self.expand(&definition, &owner, &call.name, Some(&call.arguments));
            let Ok(tokens) = expanded else { continue };
            let declared = tokens.iter().enumerate().find_map(|(index, token)| {
                let is_it = token.text == name.text && (token.scope == name.scope || pasted);
                let spelled = is_it.then(|| specifiers_before(&tokens[..index]))?;
                is_surely_type(spelled).then(|| spelled.to_vec())
            });
            if let Some(spelled) = declared {
                return Some(self.step(|context| context.type_name(&spelled)));
            }
            for inner in calls_in(&tokens) {
                if let Some(answer) = self.declared_in_call(&owner, &inner, name, pasted, nesting) {
                    return Some(answer);
                }
            }
        }
        None
    }
}

/// The tokens right before a declarator's name that may be its type.
fn specifiers_before(tokens: &[Token]) -> &[Token] {
    let start = tokens
        .iter()
        .rposition(|token| !token.is_word() && !token.is("*"))
        .map_or(0, |at| at + 1);
    // `typeof(x) *name`
    let typed = start.checked_sub(1).filter(|&at| tokens[at].is(")"));
    let opens = typed.and_then(|close| {
        (0..close)
            .rev()
            .find(|&at| tokens[at].is("(") && closing(tokens, at) == close)
    });
    match opens.and_then(|open| open.checked_sub(1)) {
        Some(word) if builtin::is_typeof(&tokens[word].text) => &tokens[word..],
        _ => &tokens[start..],
    }
}
