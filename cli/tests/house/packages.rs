//! The workspace as `cargo metadata` knows it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// One package: of the workspace, or what it rests on.
struct Package {
    folder: PathBuf,
    rust_version: Option<(u64, u64)>,
    /// Names of what its `Cargo.toml` asks for, by whether tests alone need it.
    asks_for: Vec<(String, bool)>,
}

/// Every package that the lock file has, by name.
pub(crate) struct Workspace {
    packages: BTreeMap<String, Vec<Package>>,
    members: BTreeSet<String>,
}

impl Workspace {
    /// Asks cargo, for this machine's platform. Nothing is fetched: what a test runs with is there, and what
    /// only another platform needs may not be.
    pub(crate) fn read(top: &Path) -> Self {
        let output = Command::new(env!("CARGO"))
            .args([
                "metadata",
                "--format-version=1",
                "--locked",
                "--offline",
                "--filter-platform",
            ])
            .arg(host())
            .current_dir(top)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let ids: BTreeSet<&str> = texts(&metadata["workspace_members"]).collect();
        let mut workspace = Self {
            packages: BTreeMap::new(),
            members: BTreeSet::new(),
        };
        for package in metadata["packages"].as_array().unwrap() {
            let name = package["name"].as_str().unwrap().to_owned();
            if ids.contains(package["id"].as_str().unwrap()) {
                workspace.members.insert(name.clone());
            }
            workspace
                .packages
                .entry(name)
                .or_default()
                .push(Package::of(package));
        }
        workspace
    }

    /// The names of our crates.
    pub(crate) fn members(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(String::as_str)
    }

    /// Where a crate of ours is.
    pub(crate) fn folder_of(&self, name: &str) -> &Path {
        &self.packages[name][0].folder
    }

    /// The crates of ours that this one is built from; what its tests use is no part of it.
    pub(crate) fn arrows_of<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.built_from(name)
            .filter(|name| self.members.contains(*name))
    }

    /// What a crate asks for beyond the workspace, tests included.
    pub(crate) fn dependencies_of<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let packages = self.packages[name].iter();
        packages
            .flat_map(|package| package.asks_for.iter())
            .map(|(name, _)| name.as_str())
            .filter(|name| !self.members.contains(*name))
    }

    fn built_from<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let packages = self.packages.get(name).into_iter().flatten();
        packages
            .flat_map(|package| package.asks_for.iter())
            .filter(|(_, tests_alone)| !tests_alone)
            .map(|(name, _)| name.as_str())
    }

    /// Every package that a crate is built from, directly or not.
    pub(crate) fn reached_from(&self, name: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut pending = vec![name];
        while let Some(name) = pending.pop() {
            for next in self.built_from(name) {
                if reached.insert(next.to_owned()) {
                    pending.push(next);
                }
            }
        }
        reached
    }

    /// The compiler that our crates ask for.
    pub(crate) fn rust_version(&self) -> (u64, u64) {
        self.packages["cli"][0]
            .rust_version
            .expect("the workspace has a rust-version")
    }

    /// The compiler that each package asks for, where it says so.
    pub(crate) fn rust_versions(&self) -> impl Iterator<Item = (&str, (u64, u64))> {
        self.packages.iter().flat_map(|(name, packages)| {
            packages
                .iter()
                .filter_map(move |package| Some((name.as_str(), package.rust_version?)))
        })
    }
}

/// The platform that this runs on, as rustc calls it.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc says its host").to_owned()
}

impl Package {
    fn of(package: &Value) -> Self {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        let asks_for = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|dependency| {
                let name = dependency["name"].as_str().unwrap().to_owned();
                (name, dependency["kind"].as_str() == Some("dev"))
            });
        Self {
            folder: manifest.parent().unwrap().to_owned(),
            rust_version: package["rust_version"].as_str().map(version),
            asks_for: asks_for.collect(),
        }
    }
}

/// `1.91` and `1.91.0` alike.
fn version(text: &str) -> (u64, u64) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap_or(0))
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
}
