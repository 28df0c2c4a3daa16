//! The order that the compiler doesn't keep: who may name whom, how long a file is, that every language says everything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use vakplein::locale::Locales;
use vakplein::policy::Reason;

/// Features: what they do stands in the code below the edges.
const FEATURES: [&str; 12] = [
    "people",
    "groups",
    "membership",
    "threads",
    "media",
    "moderation",
    "notices",
    "agreements",
    "links",
    "rules",
    "search",
    "instance",
];
const EDGES: [&str; 3] = ["web", "api", "federation"];

struct File {
    /// Below the root, with slashes: `src/web/mod.rs`.
    path: String,
    text: String,
}

impl File {
    fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(&format!("src/{folder}/")) || self.path == format!("src/{folder}.rs")
    }

    /// The code without comments and without unit tests, which stand at the end.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        numbered
            .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
            .map(|(at, line)| (at, line.split_once("//").map_or(line, |(code, _)| code)))
    }

    /// Places where the code names `word` as a whole word.
    fn naming(&self, word: &str) -> Vec<String> {
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let names = |line: &str| {
            line.match_indices(word).any(|(at, _)| {
                !is_part(line[..at].chars().next_back()) && !is_part(line[at + word.len()..].chars().next())
            })
        };
        // `use crate::{a, b}` names `crate::a` as well.
        let grouped = |line: &str| {
            let last = word.strip_prefix("crate::").filter(|last| !last.contains("::"));
            last.is_some_and(|last| {
                line.starts_with("use crate::{")
                    && line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == last)
            })
        };
        self.code()
            .filter(|(_, line)| names(line) || grouped(line))
            .map(|(at, line)| format!("{}:{at} {}", self.path, line.trim()))
            .collect()
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "node_modules" && name != "target" && !name.starts_with('.') {
                walk(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

fn files(folders: &[&str], ending: &str) -> Vec<File> {
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut paths);
    }
    paths.sort();
    let wanted = paths.into_iter().filter(|path| path.to_string_lossy().ends_with(ending));
    wanted
        .map(|path| File {
            text: fs::read_to_string(&path).unwrap(),
            path: path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"),
        })
        .collect()
}

/// The program, without its unit tests.
fn sources() -> Vec<File> {
    files(&["src"], ".rs").into_iter().filter(|file| !file.path.ends_with("tests.rs")).collect()
}

fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

/// Whatever in `folders` names one of `words`.
fn naming(folders: &[&str], words: &[&str], except: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| !except.contains(&file.path.as_str())) {
        if folders.iter().any(|folder| file.is_in(folder)) {
            found.extend(words.iter().flat_map(|word| file.naming(word)));
        }
    }
    found
}

#[test]
fn features_know_no_edge_and_nothing_of_the_wire() {
    let words = [
        "crate::web",
        "crate::api",
        "crate::federation",
        "axum",
        "askama",
        "activitypub_federation",
        "reqwest",
    ];
    none("a feature names an edge or what belongs to one", &naming(&FEATURES, &words, &[]));
}

#[test]
fn edges_leave_the_database_to_the_features() {
    // The tables that federation itself owns have their queries there.
    let found = naming(
        &EDGES,
        &["diesel", "crate::db::schema", "db::schema", "schema::", "MultiBackend"],
        &["src/federation/store.rs"],
    );
    let found: Vec<String> = found.into_iter().filter(|line| !line.contains("federation/store")).collect();
    none("an edge names Diesel", &found);
}

#[test]
fn edges_do_not_call_each_other() {
    for edge in EDGES {
        let others: Vec<String> =
            EDGES.iter().filter(|other| **other != edge).map(|other| format!("crate::{other}")).collect();
        let words: Vec<&str> = others.iter().map(String::as_str).collect();
        none("an edge names another", &naming(&[edge], &words, &[]));
    }
}

#[test]
fn nothing_names_what_runs_it() {
    let words = ["crate::cli", "crate::server", "crate::worker", "crate::demo"];
    let folders =
        [EDGES.as_slice(), FEATURES.as_slice(), &["policy", "text", "db", "journal", "jobs"]].concat();
    none("names what it is run by", &naming(&folders, &words, &[]));
}

#[test]
fn the_policy_is_pure() {
    let mut words = vec!["diesel", "crate::db", "Tx", "async"];
    let features: Vec<String> = FEATURES.iter().map(|feature| format!("crate::{feature}")).collect();
    words.extend(features.iter().map(String::as_str));
    none("policy names a database or a feature", &naming(&["policy"], &words, &[]));
}

#[test]
fn time_chance_and_tasks_have_one_source_each() {
    let everywhere = sources();
    let naming = |word: &str, allowed: &[&str]| -> Vec<String> {
        let others = everywhere.iter().filter(|file| !allowed.iter().any(|path| file.path.starts_with(path)));
        others.flat_map(|file| file.naming(word)).collect()
    };
    none("asks the system's time", &naming("Utc::now", &["src/clock.rs"]));
    none("asks the system's time", &naming("SystemTime::now", &["src/clock.rs"]));
    none("makes an id", &naming("Uuid::now_v7", &["src/ids.rs"]));
    let spawners =
        ["src/server.rs", "src/listen.rs", "src/worker", "src/demo", "src/federation/gathering.rs"];
    none("starts a task", &naming("task::spawn", &spawners));
    none("starts a task", &naming("tokio::spawn", &spawners));
}

#[test]
fn every_request_to_others_goes_through_the_guarded_client_29() {
    // Whoever looks after an instance asks its own public address, from outside; who listens asks nobody.
    let allowed = ["src/federation/client/", "src/doctor/", "src/listen.rs"];
    let words = [
        "use reqwest",
        "reqwest::Client",
        "reqwest::ClientBuilder",
        "reqwest::get",
        "reqwest_middleware",
        "hyper_util",
        "TcpStream",
        "UdpSocket",
        "lookup_host",
    ];
    let everywhere = sources();
    let others = everywhere.iter().filter(|file| !allowed.iter().any(|path| file.path.starts_with(path)));
    let found: Vec<String> =
        others.flat_map(|file| words.iter().flat_map(move |word| file.naming(word))).collect();
    none("asks others by itself", &found);
}

#[test]
fn every_file_says_what_it_is_for() {
    let all = files(&["src", "tests", "benches", "fuzz"], ".rs");
    let silent: Vec<String> =
        all.iter().filter(|file| !file.text.starts_with("//! ")).map(|file| file.path.clone()).collect();
    none("begins without `//!`", &silent);
}

#[test]
fn no_file_is_longer_than_one_can_read() {
    let mut all = files(&["src", "tests", "benches", "fuzz"], ".rs");
    for ending in [".css", ".html", ".mjs", ".js", ".ftl"] {
        all.extend(files(&["src", "tests"], ending));
    }
    let long: Vec<String> = all
        .iter()
        .filter(|file| file.text.lines().count() > 500)
        .map(|file| format!("{} has {} lines", file.path, file.text.lines().count()))
        .collect();
    none("over 500 lines", &long);
}

#[test]
fn what_is_fuzzed_is_what_is_built() {
    let packages = |path: &str| -> BTreeSet<(String, String)> {
        let lock = fs::read_to_string(root().join(path)).unwrap();
        let value = |line: Option<&str>| line.unwrap().split('"').nth(1).unwrap().to_owned();
        let of = |part: &str| (value(part.lines().nth(1)), value(part.lines().nth(2)));
        lock.split("\n\n").filter(|part| part.starts_with("[[package]]")).map(of).collect()
    };
    let (ours, fuzzed) = (packages("Cargo.lock"), packages("fuzz/Cargo.lock"));
    let names: BTreeSet<&String> = ours.iter().map(|(name, _)| name).collect();
    let other = fuzzed.iter().filter(|package| names.contains(&package.0) && !ours.contains(package));
    let other: Vec<String> = other.map(|(name, version)| format!("{name} {version}")).collect();
    none("fuzz/Cargo.lock has another version", &other);
    let targets = files(&["fuzz/fuzz_targets"], ".rs").into_iter().map(|file| file.path);
    let stem = |path: &str| path.rsplit('/').next().unwrap().trim_end_matches(".rs").to_owned();
    let bare = targets.map(|path| stem(&path)).filter(|name| !root().join("fuzz/corpus").join(name).is_dir());
    none("a fuzz target without a corpus", &bare.collect::<Vec<_>>());
}

#[test]
fn nothing_is_called_after_what_could_be_anything() {
    let vague = ["util", "utils", "helper", "helpers", "common", "manager", "service", "misc"];
    let mut paths = Vec::new();
    walk(&root().join("src"), &mut paths);
    let named: Vec<String> = paths
        .iter()
        .map(|path| path.strip_prefix(root()).unwrap().to_string_lossy().into_owned())
        .filter(|path| path.split(['/', '.']).any(|part| vague.contains(&part)))
        .collect();
    none("a vague name", &named);
    let types: Vec<String> =
        ["Manager", "Service", "Helper", "Util"].iter().flat_map(|word| suffixed(word)).collect();
    none("a vague name", &types);
}

/// Structs and traits of ours whose name ends in `word`.
fn suffixed(word: &str) -> Vec<String> {
    let mut found = Vec::new();
    // There the connection pool asks for a manager, by that name.
    for file in sources().iter().filter(|file| file.path != "src/db/connect.rs") {
        for (at, line) in file.code() {
            let mut words =
                line.split(|c: char| !c.is_alphanumeric() && c != '_').skip_while(|w| w.is_empty());
            let named = words.find(|w| matches!(*w, "struct" | "trait" | "enum")).and_then(|_| words.next());
            if named.is_some_and(|name| name.ends_with(word)) {
                found.push(format!("{}:{at} {}", file.path, line.trim()));
            }
        }
    }
    found
}

/// Key and text of every message of a language, in one file after the other.
fn messages(lang: &str) -> BTreeMap<String, (String, String)> {
    let mut found = BTreeMap::new();
    for file in files(&[&format!("src/locales/{lang}")], ".ftl") {
        let name = file.path.rsplit('/').next().unwrap().to_owned();
        let mut key = String::new();
        for line in file.text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name_of, text)) = line.split_once('=').filter(|_| !line.starts_with([' ', '}'])) {
                key = name_of.trim().to_owned();
                found.insert(key.clone(), (name.clone(), text.trim().to_owned()));
            } else if let Some((_, text)) = found.get_mut(&key) {
                text.push('\n');
                text.push_str(line);
            }
        }
    }
    found
}

fn values_of(text: &str) -> BTreeSet<&str> {
    let names = text.split('$').skip(1);
    names.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap()).collect()
}

#[test]
fn every_language_says_the_same_things_with_the_same_values() {
    let locales = Locales::load().unwrap();
    let dutch = messages("nl");
    assert_eq!(dutch.keys().cloned().collect::<Vec<_>>(), locales.keys(locales.default_lang()).unwrap());
    for lang in locales.all() {
        let other = messages(locales.code(lang));
        let keys = |messages: &BTreeMap<String, (String, String)>| {
            messages.iter().map(|(key, (file, _))| format!("{file}: {key}")).collect::<BTreeSet<_>>()
        };
        let (ours, theirs) = (keys(&dutch), keys(&other));
        let differ: Vec<String> = ours.symmetric_difference(&theirs).cloned().collect();
        none("a text that one language lacks", &differ);
        let differ = dutch.iter().filter(|(key, (_, text))| values_of(text) != values_of(&other[*key].1));
        let differ: Vec<String> = differ.map(|(key, _)| key.clone()).collect();
        none("a text that takes other values in another language", &differ);
    }
}

/// A template without its comments.
fn without_comments(text: &str) -> String {
    let mut parts = text.split("{#");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once("#}").map_or("", |(_, rest)| rest))
}

#[test]
fn every_text_that_is_asked_for_exists() {
    let dutch = messages("nl");
    let mut missing = BTreeSet::new();
    let mut check = |path: &str, key: &str| {
        let is_key = key.contains('-')
            && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if is_key && !key.ends_with('-') && !dutch.contains_key(key) {
            missing.insert(format!("{path}: {key}"));
        }
    };
    for file in files(&["src/web/templates"], ".html") {
        let text = without_comments(&file.text);
        for call in [".t(\"", ".t1(\"", ".t2(\""] {
            for (at, _) in text.match_indices(call) {
                check(&file.path, text[at + call.len()..].split('"').next().unwrap());
            }
        }
    }
    for file in sources() {
        for (_, line) in file.code() {
            // Every other part of a line stands between quotation marks.
            for word in line.split('"').skip(1).step_by(2) {
                if ["error-", "flash-", "reason-"].iter().any(|prefix| word.starts_with(prefix)) {
                    check(&file.path, word);
                }
            }
            for call in [".t(\"", ".t_with(\"", "page_of(\""] {
                for (at, _) in line.match_indices(call) {
                    check(&file.path, line[at + call.len()..].split('"').next().unwrap());
                }
            }
        }
    }
    for reason in Reason::ALL {
        check("policy::Reason", &format!("reason-{reason}"));
    }
    none("a text that is asked for and isn't there", &missing.into_iter().collect::<Vec<_>>());
}

#[test]
fn sentences_are_short_enough_to_read_at_ease() {
    // Direct Duidelijk: at most 25 words in a sentence.
    let mut long = Vec::new();
    for (key, (_, text)) in messages("nl") {
        for sentence in text.split(['.', '!', '?', ':', '\n']) {
            let words =
                sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
            if words > 25 {
                long.push(format!("{key}: {words} words"));
            }
        }
    }
    none("a sentence of more than 25 words", &long);
}

#[test]
fn templates_have_no_script_or_style_in_them() {
    // The content security policy would refuse them anyway, silently.
    let mut found = Vec::new();
    for file in files(&["src/web/templates"], ".html") {
        let odd = [
            " style=\"",
            "<style",
            " onclick=",
            " onchange=",
            " onsubmit=",
            "javascript:",
            "src=\"http",
            "href=\"http",
        ];
        for (at, line) in file.text.lines().enumerate() {
            found.extend(
                odd.iter().filter(|odd| line.contains(**odd)).map(|_| format!("{}:{}", file.path, at + 1)),
            );
        }
    }
    none("script, style or something from elsewhere in a template", &found);
}
