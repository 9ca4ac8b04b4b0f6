use kernel_c::pattern::*;
use kernel_c::*;
use std::path::PathBuf;
use std::sync::Arc;
struct Dir(PathBuf);
impl FileProvider for Dir {
    fn provide(&self, p: &TreePath) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(p.as_str())).ok().map(Arc::from)
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let root = PathBuf::from(&a[1]);
    let p = match Pattern::compile(&a[2], Fragment::Any, &Isomorphisms::default()) {
        Ok(p) => p,
        Err(e) => {
            println!("{e:?}");
            return;
        }
    };
    let reader = Reader::for_tree(Arc::new(Dir(root.clone())));
    let words = p.words();
    let (mut n, mut t_parse, mut t_find, mut nf) = (0, 0.0, 0.0, 0);
    let mut stack: Vec<PathBuf> = a[3..].iter().map(|f| root.join(f)).collect();
    stack.reverse();
    while let Some(path) = stack.pop() {
        if path.is_dir() {
            let mut v: Vec<_> = std::fs::read_dir(&path)
                .unwrap()
                .map(|e| e.unwrap().path())
                .collect();
            v.sort();
            v.reverse();
            stack.extend(v);
            continue;
        }
        let name = path
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_string();
        if !(name.ends_with(".c") || name.ends_with(".h")) {
            continue;
        }
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        if !words
            .iter()
            .all(|w| memchr::memmem::find(&bytes, w.as_bytes()).is_some())
        {
            continue;
        }
        let t = std::time::Instant::now();
        let len = bytes.len();
        let f = reader.read(&TreePath::new(&name).unwrap(), bytes.into());
        t_parse += t.elapsed().as_secs_f64();
        let t = std::time::Instant::now();
        let m = p.find(&f, 0..len);
        t_find += t.elapsed().as_secs_f64();
        nf += 1;
        for m in m.found {
            n += 1;
            println!(
                "{}:{}:{} {} {:?}",
                name,
                f.line_of(m.range.start),
                if m.in_macro { " [macro]" } else { "" },
                f.text(m.range.clone())
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
                m.bindings
                    .iter()
                    .map(|(k, v)| format!("{k}={}", v.text))
                    .collect::<Vec<_>>()
            );
        }
        for u in m.unread {
            println!("{}:{}: UNREAD {}", name, f.line_of(u.range.start), u.cause);
        }
    }
    println!("{n} matches in {nf} files; parse {t_parse:.3}s find {t_find:.4}s");
}
