use std::io::Read;
fn show(n: tree_sitter::Node, src: &[u8], d: usize, out: &mut String) {
    let t = String::from_utf8_lossy(&src[n.byte_range()]);
    let t: String = t.chars().take(60).collect();
    out.push_str(&format!(
        "{}{}{} {:?}\n",
        "  ".repeat(d),
        if n.is_missing() { "MISSING " } else { "" },
        if n.is_named() {
            n.kind().to_string()
        } else {
            format!("'{}'", n.kind())
        },
        t
    ));
    let mut c = n.walk();
    for k in n.children(&mut c) {
        show(k, src, d + 1, out);
    }
}
fn main() {
    let mut s = Vec::new();
    std::io::stdin().read_to_end(&mut s).unwrap();
    let f = kernel_c::Reader::standalone()
        .read(&kernel_c::TreePath::new("a.c").unwrap(), s.clone().into());
    let mut o = String::new();
    show(f.root(), &s, 0, &mut o);
    println!("{o}");
    for e in f.edits() {
        println!("{:?} {:?}", e, String::from_utf8_lossy(&s[e.range.clone()]));
    }
}
