//! Bytes of a patch or a mailbox: of a regular file or the standard input, packed with gzip or not, and no more
//! than a limit.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use flate2::read::MultiGzDecoder;

const MIB: u64 = 1 << 20;
/// How a file packed with gzip begins, whatever its name.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads a regular file. A pipe, a socket or a device is none: it may never end, or be another at the next look.
pub(super) fn file(path: &Path, limit: u32) -> Result<Vec<u8>, String> {
    let kind = fs::metadata(path)
        .map_err(|error| error.to_string())?
        .file_type();
    let special = [
        (kind.is_fifo(), "a pipe"),
        (kind.is_socket(), "a socket"),
        (kind.is_char_device() || kind.is_block_device(), "a device"),
    ];
    if let Some((_, what)) = special.into_iter().find(|(is, _)| *is) {
        return Err(format!(
            "is {what}, not a file; `--patch -` reads the standard input"
        ));
    }
    let file = File::open(path).map_err(|error| error.to_string())?;
    within(file, limit)
}

/// Reads the standard input.
pub(super) fn standard_input(limit: u32) -> Result<Vec<u8>, String> {
    within(io::stdin().lock(), limit)
}

fn within(source: impl Read, limit: u32) -> Result<Vec<u8>, String> {
    let bytes = at_most(source, limit)?;
    if bytes.starts_with(&GZIP) {
        return at_most(MultiGzDecoder::new(&bytes[..]), limit);
    }
    Ok(bytes)
}

fn at_most(source: impl Read, limit: u32) -> Result<Vec<u8>, String> {
    let most = u64::from(limit) * MIB;
    let mut bytes = Vec::new();
    let read = source.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!(
            "larger than {limit} MiB; `--max-patch-size` raises the limit"
        ));
    }
    Ok(bytes)
}
