use kernel_c::pattern::*;
fn main() {
    for a in std::env::args().skip(1) {
        println!(
            "{:#?}",
            Pattern::compile(&a, Fragment::Any, &Isomorphisms::default())
        );
    }
}
