//! What `wasmc inspect` takes.

use std::path::PathBuf;

use clap::Parser;

/// Show what an executable made by wasmc may reach, and what it was made from
#[derive(Debug, Parser)]
#[command(
    name = "wasmc inspect",
    max_term_width = 100,
    override_usage = "wasmc inspect [--json] <EXECUTABLE>"
)]
pub struct InspectArgs {
    /// The executable
    pub executable: PathBuf,

    /// Print JSON, for other programs
    #[arg(long)]
    pub json: bool,
}
