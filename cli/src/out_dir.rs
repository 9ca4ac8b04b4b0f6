//! Where series land.

use std::path::PathBuf;

use clap::Args;
use schema::model::Spec;

/// `--out DIR`
#[derive(Clone, Debug, Args)]
pub(crate) struct OutArgs {
    /// The folder that series land in, each as NAME-vN/.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(crate) out: PathBuf,
}

impl OutArgs {
    /// The folder of this spec's series.
    pub(crate) fn series(&self, spec: &Spec) -> PathBuf {
        self.out
            .join(format!("{}-v{}", spec.series.name, spec.series.version))
    }
}
