use kernel_c::*;
use std::io::Read;
use std::sync::Arc;
fn main() {
    let mut s = Vec::new();
    std::io::stdin().read_to_end(&mut s).unwrap();
    let f = Reader::standalone().read(&TreePath::new("drivers/a.c").unwrap(), Arc::from(s));
    for e in f.edits() {
        println!("{:?} {:?} {:?}", e.rule, f.text(e.range.clone()), e.change);
    }
    for u in f.unread() {
        println!("UNREAD {:?} {:?}", u, f.text(u.range.clone()));
    }
    println!("dropped {:?}", f.dropped());
    println!("{}", f.root().to_sexp());
    for x in f.functions() {
        println!(
            "F {} {:?} {:?}",
            x.name,
            f.text(x.range.start..x.body.start),
            x.clean
        );
    }
    for r in f.records() {
        println!("R {:?} {:?}", r.tag, r.clean);
        for m in &r.members {
            println!(
                "   {} | {} | {} | {:?} | {:?} {:?}",
                m.name,
                m.type_text,
                m.array,
                m.bit_width,
                m.base,
                f.text(m.declaration.clone())
            );
        }
    }
    for x in f.prototypes() {
        println!("P {} {:?}", x.name, x);
    }
    for x in f.variables() {
        println!("V {} {:?} {:?}", x.name, x.type_text, x.base);
    }
}
