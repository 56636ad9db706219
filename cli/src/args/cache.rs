//! Where machine code is kept for the next time: the flags that `wasmc` and
//! `wasmc run` share.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Clone, Args)]
pub struct CacheArgs {
    /// Keep the machine code of each function in this directory, and take from there what is
    /// compiled again
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache", help_heading = "Cache")]
    pub cache: Option<PathBuf>,

    /// Use no cache. With run there is one in XDG_CACHE_HOME/wasmc, by default ~/.cache/wasmc
    #[arg(long, help_heading = "Cache")]
    pub no_cache: bool,

    /// What the cache may take: bytes, or a number with K, M or G
    #[arg(long, value_name = "SIZE", default_value = "1GiB", help_heading = "Cache")]
    pub cache_limit: String,
}
