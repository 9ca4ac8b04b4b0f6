use std::sync::Arc;
fn main() {
    let mut args = std::env::args().skip(1);
    let spec = schema::load_file(std::path::Path::new(&args.next().unwrap()))
        .unwrap_or_else(|e| panic!("{e:?}"));
    let tree: Arc<dyn trees::Tree> =
        Arc::new(trees::DirTree::open(std::path::Path::new(&args.next().unwrap())).unwrap());
    let mut mails = Vec::new();
    let mut names = Vec::new();
    for file in args {
        let bytes = std::fs::read(&file).unwrap();
        for mail in trees::mail::parse_mbox(&bytes).unwrap() {
            mails.push(mail);
            names.push(file.rsplit('/').next().unwrap().to_owned());
        }
    }
    let t = std::time::Instant::now();
    let report = if mails.is_empty() {
        verify::judge_landed(&spec, tree)
    } else {
        verify::judge_named(&spec, tree, &mails, &names)
    };
    let page = verify::report::human(
        &report,
        &verify::report::Subject::default(),
        std::env::var("ALL").is_ok(),
    );
    print!("{}", verify::report::paint(&page, false));
    eprintln!("{:?}", t.elapsed());
}
