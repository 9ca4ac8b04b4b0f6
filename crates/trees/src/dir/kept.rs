//! Headers that are kept from when they are first read.
//!
//! Which record, typedef or macro a name means is looked for in `include/` and in `arch/`, by every tree that is judged,
//! again and again. Their headers are a twentieth of the kernel's source: they fit into memory, and each is opened once.

use std::hash::Hasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxHashMap, FxHasher};

/// So many threads read at once without waiting for each other.
const SHARDS: usize = 64;

/// How much one of them holds, in bytes: all together hold twice what the kernel has.
const MOST: usize = (128 << 20) / SHARDS;

/// See the module's page.
#[derive(Debug)]
pub(super) struct Kept {
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    files: FxHashMap<Box<str>, Arc<[u8]>>,
    bytes: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }
}

impl Kept {
    /// Whether such a file is kept.
    pub(super) fn takes(path: &str) -> bool {
        Self::takes_from(path) && path.ends_with(".h")
    }

    /// Whether the headers of a folder are kept, or those below it.
    pub(super) fn takes_from(folder: &str) -> bool {
        folder.starts_with("include/") || folder.starts_with("arch/")
    }

    /// The file, read by `read` where nobody has yet: who asks for it meanwhile waits, and it is opened once.
    pub(super) fn get_or_read<E>(
        &self,
        path: &str,
        read: impl FnOnce() -> Result<Option<Arc<[u8]>>, E>,
    ) -> Result<Option<Arc<[u8]>>, E> {
        let Some(mut shard) = self.shard(path) else {
            return read();
        };
        if let Some(bytes) = shard.files.get(path) {
            return Ok(Some(Arc::clone(bytes)));
        }
        let bytes = read()?;
        if let Some(bytes) = &bytes
            && shard.bytes + bytes.len() <= MOST
        {
            shard.bytes += bytes.len();
            shard.files.insert(path.into(), Arc::clone(bytes));
        }
        Ok(bytes)
    }

    fn shard(&self, path: &str) -> Option<MutexGuard<'_, Shard>> {
        let mut hasher = FxHasher::default();
        hasher.write(path.as_bytes());
        let at = usize::try_from(hasher.finish() >> 32).unwrap_or_default() % SHARDS;
        let shard = self.shards.get(at)?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
