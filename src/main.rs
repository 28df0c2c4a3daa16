//! Parses the command line and runs one command.

use std::process::ExitCode;

/// Small allocations from many threads are what this server does; mimalloc keeps its memory small under them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    vakplein::cli::main()
}
