//! Asking at every door, listening for words of the closed group, and holding each answer against that about what never was.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use reqwest::Method;
use reqwest::header::HeaderMap;

use super::doors::Doors;
use super::planted::{NAME, Persona, Planted, leaks};
use super::requests::{self, Asked, Side, Way};
use crate::support::Reply;

/// An answer, with every hidden thing that was asked for called by its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    text: String,
}

impl Answer {
    /// What somebody was answered.
    pub fn of(asked: &Asked, reply: &Reply) -> Self {
        let mut headers: Vec<(String, String)> = reply
            .headers
            .iter()
            // How long it is its text tells.
            .filter(|(name, _)| !matches!(name.as_str(), "date" | "content-length"))
            .map(|(name, value)| (name.to_string(), asked.plain(&String::from_utf8_lossy(value.as_bytes()))))
            .collect();
        headers.sort();
        Self { status: reply.status, headers, text: asked.plain(&unpacked(reply)) }
    }

    /// Words of the closed group in it.
    pub fn leaks(&self, asked: &Asked, known: &[String]) -> Vec<String> {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let mut all = format!("{headers}\n{}", self.text);
        // The audit trail says which address of the administration was asked for, so it repeats what somebody tried there.
        if asked.path(Side::Hidden).contains("/admin/audit") {
            all = all.replace(NAME, "");
        }
        leaks(&all, known).into_iter().map(|word| format!("{word}, near {:?}", around(&all, &word))).collect()
    }

    /// In what it differs from another.
    pub fn differs(&self, other: &Self) -> Option<String> {
        if self.status != other.status {
            return Some(format!("{} instead of {}", self.status, other.status));
        }
        let stray = |ours: &Self, theirs: &Self| {
            ours.headers.iter().find(|one| !theirs.headers.contains(one)).map(|one| format!("{one:?}"))
        };
        if let Some(stray) = stray(self, other).or_else(|| stray(other, self)) {
            return Some(format!("only one of both has {stray}"));
        }
        if self.text == other.text {
            return None;
        }
        let same = self.text.chars().zip(other.text.chars()).take_while(|(a, b)| a == b).count();
        let part = |text: &str| text.chars().skip(same.saturating_sub(30)).take(90).collect::<String>();
        Some(format!("{:?} instead of {:?}", part(&self.text), part(&other.text)))
    }
}

/// What stands before and behind a word.
fn around(text: &str, word: &str) -> String {
    let lower = text.to_lowercase();
    let before = lower.split(word).next().unwrap_or_default();
    let before: String = before.chars().rev().take(60).collect::<Vec<char>>().into_iter().rev().collect();
    let behind = lower.split_once(word).map_or("", |(_, behind)| behind);
    format!("{before}{word}{}", behind.chars().take(20).collect::<String>())
}

/// The text of an answer; of an archive that of all that is in it.
fn unpacked(reply: &Reply) -> String {
    if reply.header("content-type") != "application/zip" {
        return reply.text.clone();
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(reply.bytes.clone())).unwrap();
    let mut text = String::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        text.push_str(&format!("\n{}\n", file.name().unwrap()));
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    text
}

/// Sends one side of a request as somebody on this instance would.
pub async fn send(planted: &Planted, persona: &Persona, asked: &Asked, side: Side) -> Reply {
    let app = planted.app();
    let base = app.url("");
    let changes = asked.method != Method::GET;
    let mut headers: Vec<(&str, &str)> = Vec::new();
    let mut body = asked.body(side);
    match asked.way {
        Way::Page => {
            headers.extend([("accept", "text/html"), ("cookie", persona.cookie.as_str())]);
            if changes {
                headers.push(("content-type", "application/x-www-form-urlencoded"));
                headers.extend([("origin", base.as_str()), ("sec-fetch-site", "same-origin")]);
                body = Some(format!("csrf={}&{}", persona.csrf, body.unwrap_or_default()));
            }
        }
        Way::Api => {
            if !persona.bearer.is_empty() {
                headers.push(("authorization", &persona.bearer));
            }
            if body.is_some() {
                headers.push(("content-type", "application/json"));
            }
        }
        Way::Document => headers.push(("accept", "application/activity+json")),
    }
    app.send(asked.method.clone(), &asked.path(side), &headers, body.map(String::into_bytes)).await
}

/// Everything that somebody finds at all doors that they shouldn't.
pub async fn walk(planted: &Planted, doors: &Doors, persona: &Persona) -> Vec<String> {
    let mut found = Vec::new();
    let mut twins: HashMap<String, Answer> = HashMap::new();
    let all = requests::all(planted, doors, persona);
    assert!(all.len() > 300, "{} asks only {} times", persona.name, all.len());
    for asked in all {
        let answer = Answer::of(&asked, &send(planted, persona, &asked, Side::Hidden).await);
        let about = format!("{}: {}", persona.name, asked.about());
        found.extend(answer.leaks(&asked, &persona.knows).iter().map(|word| format!("{about}: {word}")));
        if answer.status >= 500 {
            found.push(format!("{about}: {}", answer.status));
        }
        if asked.only_words {
            continue;
        }
        let key = asked.key();
        if !twins.contains_key(&key) {
            let twin = Answer::of(&asked, &send(planted, persona, &asked, Side::Absent).await);
            twins.insert(key.clone(), twin);
        }
        if let Some(difference) = answer.differs(&twins[&key]) {
            found.push(format!("{about}: {difference}"));
        }
    }
    found
}

/// A header map as pairs, for the driver.
pub fn pairs(headers: &HeaderMap) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect()
}
