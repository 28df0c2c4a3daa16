//! The program itself, as outside scripts call it, beside a running instance.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::TestApp;

/// `vakplein` on the instance's database, not started yet.
pub fn command(app: &TestApp, arguments: &[&str]) -> Command {
    let config = &app.app.config;
    let mut command = Command::new(env!("CARGO_BIN_EXE_vakplein"));
    command
        .args(arguments)
        .env("VAKPLEIN_SERVER__DOMAIN", &config.server.domain)
        .env("VAKPLEIN_SERVER__SCHEME", &config.server.scheme)
        .env("VAKPLEIN_DATABASE__URL", &config.database.url)
        .env("VAKPLEIN_MEDIA__DIR", &config.media.dir)
        .env("VAKPLEIN_MAIL__DIR", &config.mail.dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs `vakplein` on the instance's database, with this on standard input.
pub fn vakplein(app: &TestApp, arguments: &[&str], input: &str) -> Output {
    let mut child = command(app, arguments).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What it printed, once it ended well.
pub fn lines(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// What it complained about, once it failed.
pub fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}
