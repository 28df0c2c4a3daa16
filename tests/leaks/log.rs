//! What is logged while a test runs: on every thread of a runtime of its own, as the process has one log and many tests.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tokio::runtime::{Builder, Runtime};
use tracing::{Dispatch, Level, dispatcher};

use super::planted::{NAME, leaks};

/// The lines so far.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Runs something, and hears what is logged meanwhile.
    pub fn hear<T>(&self, something: impl Future<Output = T>) -> T {
        let log = self.clone();
        let lines = tracing_subscriber::fmt()
            .with_max_level(Level::INFO)
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish();
        let heard = Dispatch::new(lines);
        let here = heard.clone();
        // While there is only one, whether a line counts is asked of the thread that comes to it first, which may be another test's.
        let other = tracing_subscriber::fmt().with_max_level(Level::INFO).with_writer(io::sink).finish();
        let _other = Dispatch::new(other);
        let runtime: Runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            // Also on the threads that ask the database.
            .on_thread_start(move || std::mem::forget(dispatcher::set_default(&heard)))
            .build()
            .unwrap();
        let _hears = dispatcher::set_default(&here);
        runtime.block_on(something)
    }

    /// All lines.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    /// Lines with a word of the closed group. The audit trail says which address of the administration was asked for, so it repeats
    /// the group's name to whoever tried it there.
    pub fn leaks(&self) -> Vec<String> {
        let text = self.text();
        text.lines()
            .filter(|line| {
                let may_name = if line.contains(" audit: ") { NAME } else { "\n" };
                !leaks(&line.replace(may_name, ""), &[]).is_empty()
            })
            .map(|line| format!("logged: {line}"))
            .collect()
    }
}
