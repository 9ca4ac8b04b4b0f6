#[path = "../tests/support/mod.rs"]
mod support;
use kernel_c::types::*;
use std::collections::*;
use support::Folder;
fn main() {
    let root = support::kernel("linux-6.12").unwrap();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut folders: Vec<&str> = vec!["include", "arch/x86/include"];
    folders.extend(args.iter().map(|s| s.as_str()));
    let tree = Folder::open(&root, &folders);
    let (mut known, mut unknown) = (0, 0);
    let mut why: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for p in tree.paths() {
        if !args.iter().any(|a| p.as_str().starts_with(a)) {
            continue;
        }
        let f = tree.file(p).unwrap();
        let mut stack = vec![f.root()];
        while let Some(n) = stack.pop() {
            let mut c = n.walk();
            stack.extend(n.children(&mut c));
            if n.kind() == "field_expression" {
                if f.unread_in(&n.byte_range()).is_some() {
                    continue;
                }
                match receiver_type(&f, &n.byte_range(), &tree) {
                    Resolution::Known(TypeName::Other(t)) => {
                        unknown += 1;
                        why.entry(format!("scalar {t}")).or_default().push(format!(
                            "{p}:{} {}",
                            f.line_of(n.start_byte()),
                            f.text(n.byte_range())
                        ))
                    }
                    Resolution::Known(_) => known += 1,
                    Resolution::Unresolved(w) => {
                        unknown += 1;
                        why.entry(w).or_default().push(format!(
                            "{p}:{} {}",
                            f.line_of(n.start_byte()),
                            f.text(n.byte_range())
                        ))
                    }
                }
            }
        }
    }
    println!("known {known} unknown {unknown}");
    let mut v: Vec<_> = why.into_iter().collect();
    v.sort_by_key(|(_, l)| std::cmp::Reverse(l.len()));
    for (w, l) in v.iter().take(60) {
        println!("{} {w}   e.g. {}", l.len(), l[0].replace('\n', " "));
    }
}
