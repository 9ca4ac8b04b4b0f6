use kernel_c::*;
use std::sync::Arc;
use std::time::*;
fn main() {
    let r = Reader::standalone();
    let (mut a, mut b, mut c) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut n = 0;
    let mut bytes = 0;
    for l in std::io::stdin().lines() {
        let p = l.unwrap();
        let s: Arc<[u8]> = Arc::from(std::fs::read(&p).unwrap());
        bytes += s.len();
        let t = Instant::now();
        let f = r.read(&TreePath::new(p.trim_start_matches('/')).unwrap(), s);
        a += t.elapsed();
        let t = Instant::now();
        n += f.macros().len();
        c += t.elapsed();
        let t = Instant::now();
        n += f.functions().len();
        b += t.elapsed();
    }
    println!("bytes {bytes} parse {a:?} directives {c:?} items {b:?} {n}");
}
