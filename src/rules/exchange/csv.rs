//! Lists of servers as Mastodon writes and reads them: which are blocked, which may come.
//!
//! The first line names the columns; a list without such a line, one server to a line, is taken too. A list of blocked servers only makes
//! stricter: where we are as strict already, nothing changes. So taking back a list that we wrote ourselves changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use ::csv::{ReaderBuilder, StringRecord, Trim, WriterBuilder};

use super::Read;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::policy::federation::{Direction, Effect, Kind, Scope};
use crate::policy::hosts::deciding;
use crate::policy::{PeerState, Viewer, limits};
use crate::rules::changes::Change;
use crate::rules::{Draft, RuleRow, views};
use crate::text::line::one_line;
use crate::urls::Urls;

/// What Mastodon calls the columns of its list of blocked servers.
const COLUMNS: [&str; 6] =
    ["#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate"];

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Servers that are blocked or limited.
    Blocks,
    /// Servers that may come.
    Allowed,
}

/// What such a list can say of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    NoReports,
    NoMedia,
    Limited,
    Blocked,
    Allowed,
}

/// What a list would change. A line of a list of who may come makes a rule that allows that server; who isn't on it stays as before.
/// `reason` is that of rules whose line gives none.
///
/// # Errors
/// Only when the database does.
pub fn read(tx: &mut Tx<'_>, text: &str, meaning: Meaning, reason: &str) -> Result<Read> {
    let Parsed { lines, wrong } = parse(text, meaning, tx.urls);
    let mut now = Now::load(tx)?;
    let mut read = Read { wrong, ..Read::default() };
    let mut servers: BTreeMap<String, PeerState> = BTreeMap::new();
    let mut rules = Vec::new();
    for line in lines {
        let (host, mut is_new) = (line.host, false);
        let why = if line.comment.is_empty() { reason } else { &line.comment };
        for said in line.says {
            if now.holds(&host, said) {
                continue;
            }
            is_new = true;
            now.said.insert((host.clone(), said));
            match said {
                Said::Blocked => {
                    servers.insert(host.clone(), PeerState::Blocked);
                }
                Said::Limited => {
                    servers.insert(host.clone(), PeerState::Limited);
                }
                Said::NoMedia => rules.push(rule(&host, Effect::NoMedia, why)),
                Said::Allowed => rules.push(rule(&host, Effect::Allow, why)),
                Said::NoReports => {
                    let (kind, direction) = (Some(Kind::Report), Some(Direction::In));
                    rules.push(Draft { kind, direction, ..rule(&host, Effect::Refuse, why) });
                }
            }
        }
        if !is_new {
            read.same += 1;
        }
    }
    let servers = servers.into_iter().map(|(host, state)| Change::SetServer { host, state });
    read.changes = servers.chain(rules.into_iter().map(|rule| Change::AddRule { rule })).collect();
    Ok(read)
}

/// A rule about a server alone.
fn rule(host: &str, effect: Effect, reason: &str) -> Draft {
    Draft {
        effect,
        host: Some(host.to_owned()),
        organisation: None,
        group: None,
        kind: None,
        class: None,
        direction: None,
        until: None,
        reason: reason.to_owned(),
    }
}

/// The servers that are blocked or limited here, as Mastodon writes them. Of a rule about a server alone that refuses everything, hides,
/// keeps media out or refuses reports, its reason stands there as the comment, which others may publish; a note about a server is for
/// our administrators and doesn't. Rules that end are left out, since a list can't say so.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn write_blocks(tx: &mut Tx<'_>, viewer: Viewer) -> Result<String> {
    #[derive(Default)]
    struct Row {
        limited: bool,
        blocked: bool,
        no_media: bool,
        no_reports: bool,
        comment: String,
    }
    viewer.must_be_admin()?;
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (host, (state, _)) in views::decided(tx)? {
        match state {
            PeerState::Open => {}
            PeerState::Limited => rows.entry(host).or_default().limited = true,
            PeerState::Blocked => rows.entry(host).or_default().blocked = true,
        }
    }
    for rule in views::counting(tx)? {
        let Some((host, said)) = said(&rule).filter(|(_, said)| *said != Said::Allowed) else { continue };
        let row = rows.entry(host).or_default();
        match said {
            Said::Blocked => row.blocked = true,
            Said::Limited => row.limited = true,
            Said::NoMedia => row.no_media = true,
            Said::NoReports => row.no_reports = true,
            Said::Allowed => {}
        }
        if row.comment.is_empty() {
            row.comment = harmless(&one_line(&rule.reason));
        }
    }
    let flag = |is_set: bool| if is_set { "true" } else { "false" };
    let rows = rows.iter().map(|(host, row)| {
        let severity = match (row.blocked, row.limited) {
            (true, _) => "suspend",
            (false, true) => "silence",
            (false, false) => "noop",
        };
        [host.as_str(), severity, flag(row.no_media), flag(row.no_reports), row.comment.as_str(), "false"]
    });
    written(std::iter::once(COLUMNS).chain(rows))
}

/// The servers that a rule about them alone allows, one to a line, as Mastodon writes its list of who may come.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn write_allowed(tx: &mut Tx<'_>, viewer: Viewer) -> Result<String> {
    viewer.must_be_admin()?;
    let rules = views::counting(tx)?;
    let allowed = rules.iter().filter_map(said).filter(|(_, said)| *said == Said::Allowed);
    let hosts: BTreeSet<String> = allowed.map(|(host, _)| host).collect();
    let [domain, ..] = COLUMNS;
    written(std::iter::once([domain]).chain(hosts.iter().map(|host| [host.as_str()])))
}

fn written<'a, const N: usize>(rows: impl Iterator<Item = [&'a str; N]>) -> Result<String> {
    let mut out = WriterBuilder::new().from_writer(Vec::new());
    for row in rows {
        out.write_record(row).map_err(Error::internal)?;
    }
    let bytes = out.into_inner().map_err(Error::internal)?;
    String::from_utf8(bytes).map_err(Error::internal)
}

/// A spreadsheet takes what begins like this for a formula, and carries it out. A space before it makes it text there, and doesn't get
/// into another server: Mastodon takes white space off when it reads a comment, and so do we. An apostrophe would stay in it.
fn harmless(comment: &str) -> String {
    const BEGIN: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    if comment.starts_with(BEGIN) { format!(" {comment}") } else { comment.to_owned() }
}

/// What a rule says, in the words of such a list: one about a server alone, without an end.
fn said(row: &RuleRow) -> Option<(String, Said)> {
    let rule = row.rule();
    let host = rule.scope.host.clone()?;
    let rest = Scope { host: None, ..rule.scope };
    let only = |kind, direction| Scope { kind, direction, ..Scope::default() };
    let reports = [only(Some(Kind::Report), None), only(Some(Kind::Report), Some(Direction::In))];
    let said = match rule.effect {
        _ if row.until.is_some() => None,
        Effect::Refuse if reports.contains(&rest) => Some(Said::NoReports),
        _ if !rest.is_everything() => None,
        Effect::Refuse => Some(Said::Blocked),
        Effect::Hide => Some(Said::Limited),
        Effect::NoMedia => Some(Said::NoMedia),
        Effect::Allow => Some(Said::Allowed),
        Effect::ReadOnly | Effect::Hold => None,
    };
    said.map(|said| (host, said))
}

/// What is so already.
struct Now {
    /// Servers about which something was decided, and domains with all names below them.
    servers: BTreeMap<String, PeerState>,
    /// What rules say, and what was read so far.
    said: BTreeSet<(String, Said)>,
}

impl Now {
    fn load(tx: &mut Tx<'_>) -> Result<Self> {
        let servers = views::decided(tx)?.into_iter().map(|(host, (state, _))| (host, state)).collect();
        let said = views::counting(tx)?.iter().filter_map(said).collect();
        Ok(Self { servers, said })
    }

    /// Whether that changes nothing. Of whoever is blocked the rest needn't be said.
    fn holds(&self, host: &str, said: Said) -> bool {
        let names = deciding(host);
        let decided = names.iter().filter_map(|name| self.servers.get(name)).max();
        let is_said = |said: Said| self.said.contains(&(host.to_owned(), said));
        let blocked = decided == Some(&PeerState::Blocked) || is_said(Said::Blocked);
        match said {
            Said::Allowed => is_said(Said::Allowed),
            Said::Blocked => blocked,
            Said::Limited => blocked || decided == Some(&PeerState::Limited) || is_said(Said::Limited),
            Said::NoMedia | Said::NoReports => blocked || is_said(said),
        }
    }
}

/// What stands in a list.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parsed {
    lines: Vec<Line>,
    wrong: Vec<(usize, &'static str)>,
}

#[derive(Debug, PartialEq, Eq)]
struct Line {
    host: String,
    says: Vec<Said>,
    comment: String,
}

/// Which column holds what.
#[derive(Debug, Clone, Copy)]
struct Columns {
    domain: usize,
    severity: Option<usize>,
    reject_media: Option<usize>,
    reject_reports: Option<usize>,
    comment: Option<usize>,
}

impl Columns {
    /// As Mastodon writes them.
    const USUAL: Self = Self {
        domain: 0,
        severity: Some(1),
        reject_media: Some(2),
        reject_reports: Some(3),
        comment: Some(4),
    };

    /// Where a line says which they are; `None` when it says no such thing. Others write them without the `#`.
    fn named(row: &StringRecord) -> Option<Self> {
        let names: Vec<String> =
            row.iter().map(|cell| cell.trim_start_matches('#').trim().to_ascii_lowercase()).collect();
        let place = |wanted: &str| names.iter().position(|name| name == wanted);
        Some(Self {
            domain: place("domain")?,
            severity: place("severity"),
            reject_media: place("reject_media"),
            reject_reports: place("reject_reports"),
            comment: place("public_comment"),
        })
    }
}

fn parse(text: &str, meaning: Meaning, urls: &Urls) -> Parsed {
    let text = text.trim_start_matches('\u{feff}');
    // A quotation mark that isn't closed takes the lines after it into its field, unseen.
    let torn = text.matches('"').count() % 2 == 1;
    let mut parsed = Parsed::default();
    let mut named: Option<Columns> = None;
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    for row in rows.records() {
        let Ok(row) = row else {
            // The text is UTF-8, and lines may have any number of fields: there is nothing else that could fail.
            parsed.wrong.push((1, "error-line-columns"));
            break;
        };
        let first = row.get(0).unwrap_or_default();
        if named.is_none() && parsed.lines.is_empty() && parsed.wrong.is_empty() {
            named = Columns::named(&row);
            if named.is_some() {
                continue;
            }
        }
        if first.starts_with('#') || row.iter().all(str::is_empty) {
            continue;
        }
        let line = if torn && row.iter().any(|cell| cell.contains('\n')) {
            Err("error-line-quotes")
        } else {
            line(&row, named.unwrap_or(Columns::USUAL), meaning, urls)
        };
        match line {
            Ok(line) => parsed.lines.push(line),
            Err(key) => parsed.wrong.push((number(text, &row), key)),
        }
    }
    parsed
}

/// What stands between the fields of a line: a Dutch spreadsheet writes semicolons.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| line.contains([',', ';'])).unwrap_or_default();
    if first.contains(';') && !first.contains(',') { b';' } else { b',' }
}

/// The line of the text in which a row begins, counted from 1. The reader's place is before the empty lines in front of it.
fn number(text: &str, row: &StringRecord) -> usize {
    let Some(place) = row.position() else { return 1 };
    let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(whole(place.byte())..).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(**byte, b'\n' | b'\r'));
    whole(place.line()) + empty.filter(|byte| **byte == b'\n').count()
}

/// What a line says, or what is wrong with it.
fn line(row: &StringRecord, columns: Columns, meaning: Meaning, urls: &Urls) -> Result<Line, &'static str> {
    let cell = |place: Option<usize>| place.and_then(|place| row.get(place)).unwrap_or_default();
    // Mastodon takes every other word for yes, and so do we: it is the stricter. Two are those of a Dutch spreadsheet.
    let is_set = |place: Option<usize>| {
        let word = cell(place).to_lowercase();
        !matches!(word.as_str(), "" | "false" | "f" | "0" | "no" | "off" | "onwaar" | "nee")
    };
    let typed = cell(Some(columns.domain));
    if typed.is_empty() {
        return Err("error-line-columns");
    }
    // A name that was made unreadable for the public names nobody any more.
    if typed.contains('*') {
        return Err("error-line-obfuscated");
    }
    let severity = cell(columns.severity).to_lowercase();
    let mut says = Vec::new();
    match (meaning, severity.as_str()) {
        (Meaning::Allowed, "") => says.push(Said::Allowed),
        // A list of blocked servers, given for one of those that may come.
        (Meaning::Allowed, _) => return Err("error-line-columns"),
        (Meaning::Blocks, "" | "suspend") => says.push(Said::Blocked),
        (Meaning::Blocks, "silence" | "limit") => says.push(Said::Limited),
        (Meaning::Blocks, "noop") => {}
        (Meaning::Blocks, _) => return Err("error-line-severity"),
    }
    // From whoever is blocked nothing comes anyway.
    if meaning == Meaning::Blocks && !says.contains(&Said::Blocked) {
        let more = [(columns.reject_media, Said::NoMedia), (columns.reject_reports, Said::NoReports)];
        says.extend(more.into_iter().filter(|(place, _)| is_set(*place)).map(|(_, said)| said));
    }
    let host = urls.other_host(typed).map_err(|error| wrong_host(&error))?;
    let comment = one_line(cell(columns.comment)).chars().take(limits::REASON).collect();
    Ok(Line { host, says, comment })
}

/// What is wrong with the name of a server, said of a line.
pub(super) fn wrong_host(error: &Error) -> &'static str {
    match error {
        Error::Invalid(fields) if fields.0.iter().any(|field| field.key == "error-peer-own") => {
            "error-line-own"
        }
        _ => "error-line-host",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, meaning: Meaning) -> Parsed {
        parse(text, meaning, &Urls::new(true, "werkplein.test"))
    }

    fn line(host: &str, says: &[Said], comment: &str) -> Line {
        Line { host: host.to_owned(), says: says.to_vec(), comment: comment.to_owned() }
    }

    #[test]
    fn a_list_of_mastodon_is_read() {
        let text = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n\
            a.example,suspend,true,true,\"Reclame, \"\"gratis\"\"\nen meer\",false\n\
            B.Example,silence,true,false, =1+1,false\r\n\
            bücher.example,noop,true,true,,true\n\
            c.example,noop,false,false,,false\n";
        let Parsed { lines, wrong } = parsed(text, Meaning::Blocks);
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(
            lines,
            [
                line("a.example", &[Said::Blocked], "Reclame, \"gratis\" en meer"),
                line("b.example", &[Said::Limited, Said::NoMedia], "=1+1"),
                line("xn--bcher-kva.example", &[Said::NoMedia, Said::NoReports], ""),
                line("c.example", &[], ""),
            ]
        );
    }

    #[test]
    fn columns_stand_where_the_first_line_says() {
        let text = "\u{feff}# Lijst van het netwerk\npublic_comment;Severity;domain\nSpam;limit;a.example\n";
        let expected = line("a.example", &[Said::Limited], "Spam");
        assert_eq!(parsed(text, Meaning::Blocks), Parsed { lines: vec![expected], wrong: Vec::new() });
        let bare = "\n a.example \n\n# en nog een\r\nb.example\r\n";
        for (meaning, said) in [(Meaning::Blocks, Said::Blocked), (Meaning::Allowed, Said::Allowed)] {
            let lines = ["a.example", "b.example"].map(|host| line(host, &[said], ""));
            assert_eq!(parsed(bare, meaning), Parsed { lines: Vec::from(lines), wrong: Vec::new() });
        }
    }

    #[test]
    fn a_line_that_cannot_be_used_is_told_by_its_number() {
        let text = "#domain,#severity\n\n10.0.0.1,suspend\nwerkplein.test,suspend\n\"a.example\n\",dempen\n\n\
            exam***.com,suspend\nnl,suspend\n,suspend\n,,\nb.example,Suspend\n";
        let Parsed { lines, wrong } = parsed(text, Meaning::Blocks);
        assert_eq!(lines, [line("b.example", &[Said::Blocked], "")]);
        assert_eq!(
            wrong,
            [
                (3, "error-line-host"),
                (4, "error-line-own"),
                (5, "error-line-severity"),
                (8, "error-line-obfuscated"),
                (9, "error-line-host"),
                (10, "error-line-columns"),
            ]
        );
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(parsed(&crlf, Meaning::Blocks).wrong, wrong);
        let torn = "#domain,#severity,#public_comment\na.example,suspend,\"Spam\nb.example,suspend,\n";
        assert_eq!(parsed(torn, Meaning::Blocks).wrong, [(2, "error-line-quotes")]);
        // Nobody is let in because they stand on a list of who is kept out.
        for blocks in ["#domain,#severity\na.example,suspend\n", "a.example,suspend\n"] {
            let Parsed { lines, wrong } = parsed(blocks, Meaning::Allowed);
            assert!(lines.is_empty());
            assert!(!wrong.is_empty() && wrong.iter().all(|(_, key)| *key == "error-line-columns"));
        }
    }

    #[test]
    fn a_spreadsheet_finds_no_formula_and_the_reader_no_difference() {
        for comment in ["=HYPERLINK(\"https://a.example\")", "+1", "-1", "@a", "Reclame, \"gratis\"", ""] {
            let safe = harmless(comment);
            assert!(!safe.starts_with(['=', '+', '-', '@']), "{safe}");
            let row = ["a.example", "suspend", "false", "false", &safe, "false"];
            let text = written([COLUMNS, row].into_iter()).unwrap();
            let expected = line("a.example", &[Said::Blocked], comment);
            assert_eq!(parsed(&text, Meaning::Blocks).lines, [expected], "{text}");
        }
    }
}
