//! Which paths of a tree a scan takes.

use crate::tree::Scan;

/// A [`Scan`]'s folders and endings, ready to ask.
#[derive(Debug)]
pub(crate) struct Selection {
    under: Vec<String>,
    except: Vec<String>,
    extensions: Vec<String>,
    shallow: bool,
}

impl Selection {
    pub(crate) fn new(scan: &Scan) -> Self {
        let mut extensions = scan.extensions.clone();
        if extensions.is_empty() {
            extensions = vec!["c".to_owned(), "h".to_owned()];
        }
        let mut under = if scan.shallow {
            trimmed(&scan.under)
        } else {
            outermost(&scan.under)
        };
        if under.is_empty() {
            under.push(String::new());
        }
        Self {
            under,
            except: outermost(&scan.except),
            extensions,
            shallow: scan.shallow,
        }
    }

    /// The folders or files to start at, none inside another; `""` is the whole tree.
    pub(crate) fn starts(&self) -> &[String] {
        &self.under
    }

    /// Whether the scan leaves out the folder or file itself (its parents are not looked at).
    pub(crate) fn leaves_out(&self, path: &str) -> bool {
        self.except.iter().any(|except| except == path)
    }

    /// Whether the scan goes into a folder that it comes by.
    pub(crate) fn enters(&self, folder: &str) -> bool {
        !self.shallow && !self.leaves_out(folder)
    }

    pub(crate) fn has_exceptions(&self) -> bool {
        !self.except.is_empty()
    }

    /// Whether the scan stays in the folders that it names.
    pub(crate) fn is_shallow(&self) -> bool {
        self.shallow
    }

    /// Whether the scan comes by what is in the folder.
    pub(crate) fn comes_by(&self, folder: &str) -> bool {
        !self.shallow
            && self.under.iter().any(|under| is_within(folder, under))
            && !self.except.iter().any(|except| is_within(folder, except))
    }

    /// The starts that none of the paths is in.
    pub(crate) fn missing_among<'p>(
        &self,
        paths: impl Iterator<Item = &'p str> + Clone,
    ) -> Vec<String> {
        let absent = |start: &&String| !paths.clone().any(|path| is_within(path, start));
        self.under.iter().filter(absent).cloned().collect()
    }

    /// Whether a file of this name has one of the endings.
    pub(crate) fn takes_name(&self, name: &[u8]) -> bool {
        self.extensions.iter().any(|extension| {
            name.strip_suffix(extension.as_bytes())
                .is_some_and(|stem| stem.len() > 1 && stem.ends_with(b"."))
        })
    }

    fn starts_at(&self, path: &str, under: &str) -> bool {
        is_within(path, under) && !(self.shallow && path != under && folder_of(path) != under)
    }

    /// Whether the scan takes the file.
    pub(crate) fn takes(&self, path: &str) -> bool {
        self.takes_name(path.as_bytes())
            && self.under.iter().any(|under| self.starts_at(path, under))
            && !self.except.iter().any(|except| is_within(path, except))
    }

    /// Whether the scan takes the file, and its name is one of C: a link to it says nothing more.
    pub(crate) fn reads_as_c(&self, path: &str) -> bool {
        self.takes(path) && (path.ends_with(".c") || path.ends_with(".h"))
    }
}

/// The folder that a file stands in; `""` at the top.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether `path` is `folder` or below it; everything is below `""`.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folders without slashes at their ends, sorted, each once.
fn trimmed(folders: &[String]) -> Vec<String> {
    let trim = |folder: &String| match folder.trim_end_matches('/') {
        "." => String::new(),
        trimmed => trimmed.to_owned(),
    };
    let mut sorted: Vec<String> = folders.iter().map(trim).collect();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

/// The folders without those inside another.
fn outermost(folders: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for folder in trimmed(folders) {
        if !kept.iter().any(|outer| is_within(&folder, outer)) {
            kept.push(folder);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::Selection;
    use crate::tree::Scan;

    fn selection(under: &[&str], except: &[&str]) -> Selection {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Selection::new(&Scan {
            under: owned(under),
            except: owned(except),
            ..Scan::default()
        })
    }

    #[test]
    fn a_folder_holds_what_is_below_it_and_not_what_only_starts_alike() {
        let drivers = selection(&["drivers/pci/"], &["drivers/pci/controller"]);
        assert!(drivers.takes("drivers/pci/pci.c"));
        assert!(drivers.takes("drivers/pci/hotplug/a.h"));
        assert!(!drivers.takes("drivers/pcie/pci.c"));
        assert!(!drivers.takes("drivers/pci/controller/x.c"));
        assert!(drivers.takes("drivers/pci/controllers.c"));
        assert!(!drivers.takes("drivers/pci/Kconfig"));
    }

    #[test]
    fn a_start_inside_another_is_not_walked_twice() {
        let both = selection(&["drivers/pci", "drivers", "include"], &[]);
        assert_eq!(both.starts(), ["drivers", "include"]);
    }

    #[test]
    fn a_shallow_scan_stays_in_the_folders_themselves() {
        let folders = Selection::new(&Scan {
            under: vec!["drivers".to_owned(), "drivers/pci".to_owned()],
            shallow: true,
            ..Scan::default()
        });
        assert_eq!(folders.starts(), ["drivers", "drivers/pci"]);
        assert!(folders.takes("drivers/pci/pci.c") && folders.takes("drivers/a.c"));
        assert!(!folders.takes("drivers/pci/hotplug/a.c") && !folders.takes("a.c"));
    }

    #[test]
    fn a_name_that_is_only_an_ending_has_none() {
        let all = selection(&[], &[]);
        assert!(!all.takes_name(b".c"));
        assert!(all.takes_name(b"a.c"));
    }
}
