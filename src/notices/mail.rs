//! Mails about notices: who gets one, when, and what stands in it.
//!
//! One mail per topic and person in an hour, and so for each kind of other notice in a group. A mail about a group that isn't
//! open tells nothing of its content: no title, no name, no reason. A member may choose to see titles of a group of class *leden*.

use std::sync::Arc;

use diesel::prelude::*;

use super::acts::Recipient;
use super::{NoticeKind, NoticeRow, Told};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{GroupId, PersonId};
use crate::instance;
use crate::journal::{Detail, Did, Entry};
use crate::locale::{Locales, Texts};
use crate::mail::{self, Letter};
use crate::moderation::{ReportRow, ReportState};
use crate::policy::Class;
use crate::threads::ThreadRow;
use crate::urls::Urls;

/// Seconds in which no second mail about the same goes to a person.
const PAUSE: i64 = 3_600;

/// Whether this notice goes out as a mail too.
pub(super) fn wanted(tx: &mut Tx<'_>, row: &NoticeRow, reader: &Recipient) -> Result<bool> {
    use diesel::dsl::{exists, select};
    use schema::notices::dsl;
    if row.kind.restricts() {
        return Ok(true);
    }
    let wants = if row.kind.is_conversation() { reader.mail_replies } else { reader.mail_moderation };
    if !wants {
        return Ok(false);
    }
    let recent = dsl::notices
        .filter(dsl::person_id.eq(reader.id).and(dsl::id.ne(row.id)))
        .filter(dsl::mailed_at.gt(tx.now.plus_seconds(-PAUSE)));
    let told = match (row.kind.is_conversation(), row.thread_id, row.group_id) {
        (true, Some(thread), _) => {
            let conversation = dsl::kind.eq_any([NoticeKind::Reply, NoticeKind::Mention]);
            select(exists(recent.filter(dsl::thread_id.eq(thread)).filter(conversation)))
                .get_result(tx.conn)?
        }
        (_, _, Some(group)) if is_work(row.kind) || row.kind == NoticeKind::Invitation => {
            let same = dsl::kind.eq(row.kind).and(dsl::group_id.eq(group));
            select(exists(recent.filter(same))).get_result(tx.conn)?
        }
        (_, _, None) if is_work(row.kind) => {
            let same = dsl::kind.eq(row.kind).and(dsl::group_id.is_null());
            select(exists(recent.filter(same))).get_result(tx.conn)?
        }
        _ => false,
    };
    Ok(!told)
}

/// What comes in for staff; one mail tells enough to go and look.
fn is_work(kind: NoticeKind) -> bool {
    use NoticeKind::{
        AgreementEnds, JoinRequest, LinkAsked, Objection, PromotionOffered, Report, RuleChange, SignUp,
    };
    let heard = kind.is_agreement() && kind != AgreementEnds;
    let asked = matches!(kind, LinkAsked | PromotionOffered);
    heard || asked || matches!(kind, Report | Objection | JoinRequest | SignUp | RuleChange)
}

/// Writes the mail about a notice.
pub(super) fn write(
    tx: &mut Tx<'_>,
    row: &NoticeRow,
    reader: &Recipient,
    detail: &Detail,
    thread: Option<&ThreadRow>,
    locales: &Arc<Locales>,
) -> Result<()> {
    let settings = instance::settings(tx)?;
    let texts = texts(locales, reader.language.as_deref(), &settings.language);
    let told: Told = row.detail.read()?;
    let (other, other_class) = match told.other {
        Some(id) => group(tx, id)?,
        None => (String::new(), Class::Lokaal),
    };
    // A topic may have moved since.
    let place = thread.map(|thread| thread.group_id).or(row.group_id);
    let (group, class) = match place {
        Some(id) => group(tx, id)?,
        None => (settings.name.clone(), Class::Openbaar),
    };
    let open = class == Class::Openbaar;
    // Of what is decided about somebody who may be no member any more nothing is named, whatever they chose.
    let titled = class == Class::Leden && reader.mail_titles && !row.kind.decides() && place == row.group_id;
    let group = if open || titled { group } else { String::new() };
    // It may have been closed since.
    let unnamed = texts.t("notice-closed-group");
    let other = if other_class == Class::Openbaar { other.as_str() } else { &*unnamed };
    let by = match row.by_id.filter(|_| open) {
        Some(by) => name(tx, by)?,
        None => String::new(),
    };
    let link = tx.urls.absolute(&path(row));
    let settings_link = tx.urls.absolute("/settings/account");
    let title = thread.filter(|thread| (open || titled) && !thread.hidden);
    let title = title.map_or("", |thread| thread.title.as_str());
    let until = detail.until.map_or_else(String::new, |until| match row.kind {
        NoticeKind::AgreementEnds | NoticeKind::Until => texts.date(&until.plus_seconds(-1).utc()),
        _ => texts.date_time(&until.utc()),
    });
    let until = if until.is_empty() { texts.t("notice-until-lifted").into_owned() } else { until };
    let role = if row.kind == NoticeKind::Role {
        texts.t(&format!("notice-role-{}", detail.word))
    } else {
        "".into()
    };
    let reason = if open { explanation(&texts, &detail.reason) } else { String::new() };
    let values: [(&str, &dyn crate::locale::Arg); 11] = [
        ("instance", &settings.name),
        ("group", &group),
        ("other", &other),
        ("title", &title),
        ("by", &by),
        ("reason", &reason),
        ("until", &until),
        ("role", &role),
        ("outcome", &told.word),
        ("host", &detail.host),
        ("link", &link),
    ];
    let key = match (open, titled) {
        (true, _) => row.kind.word(),
        (false, true) if row.kind.is_conversation() && !title.is_empty() => "titled-post",
        (false, true) => "titled-other",
        (false, false) => closed_key(row.kind),
    };
    let subject = texts.t_with(&format!("notice-mail-{key}-subject"), &values);
    let mut body = texts.t_with(&format!("notice-mail-{key}-body"), &values);
    if row.kind.restricts() {
        let statement = tx.urls.absolute(&format!("/moderation/decisions/{}", row.entry_id));
        body += "\n\n";
        body += &texts.t_with("notice-mail-objection", &[("link", &statement)]);
    }
    body += "\n\n-- \n";
    body += &texts.t_with("notice-mail-footer", &[("instance", &settings.name), ("link", &settings_link)]);
    send(tx, &reader.email, &subject, &body)
}

/// What a mail about a group that isn't open says.
fn closed_key(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Reply | NoticeKind::Mention => "closed-post",
        _ => "closed-other",
    }
}

/// Where a notice leads whoever isn't in the closed group that it is about: not into it.
pub(super) fn path_outside(row: &NoticeRow) -> String {
    if row.kind.decides() {
        path(&NoticeRow { thread_id: None, post_id: None, ..row.clone() })
    } else {
        "/notifications".to_owned()
    }
}

/// Where a notice leads.
pub(super) fn path(row: &NoticeRow) -> String {
    use NoticeKind as Kind;
    let statement = || format!("/moderation/decisions/{}", row.entry_id);
    match row.kind {
        Kind::Removed | Kind::Warned | Kind::Banned | Kind::Suspended => statement(),
        Kind::SignUp => "/admin".to_owned(),
        kind if kind.is_agreement() => {
            let told: Told = row.detail.read().unwrap_or_default();
            format!("/admin/agreements/{}", told.word)
        }
        Kind::RuleChange => {
            let told: Told = row.detail.read().unwrap_or_default();
            format!("/admin/rule-changes/{}", told.word)
        }
        Kind::LinkAsked | Kind::LinkAccepted | Kind::LinkEnded => below(row, "links"),
        Kind::PromotionOffered => below(row, "offers"),
        Kind::JoinRequest => "/moderation".to_owned(),
        // By its id: the address of a closed group would name it in a mail.
        Kind::Invitation => {
            row.group_id.map_or_else(|| "/notifications".to_owned(), |id| format!("/g/{id}/invitation"))
        }
        Kind::Report | Kind::Objection => {
            let told: Told = row.detail.read().unwrap_or_default();
            told.report.map_or_else(|| "/moderation".to_owned(), |id| format!("/moderation/reports/{id}"))
        }
        _ => match (row.thread_id, row.post_id) {
            (Some(thread), Some(post)) => Urls::place(thread, post),
            (Some(thread), None) => format!("/t/{thread}"),
            _ => "/notifications".to_owned(),
        },
    }
}

/// A page of the group in which one can do something about a link or proposal.
fn below(row: &NoticeRow, page: &str) -> String {
    let told: Told = row.detail.read().unwrap_or_default();
    if told.name.is_empty() { "/notifications".to_owned() } else { format!("/g/{}/{page}", told.name) }
}

/// Confirms a report to somebody without an account, or tells what was decided. Nothing that others wrote stands in it: the
/// address was never proven.
pub(super) fn answer(
    tx: &mut Tx<'_>,
    entry: &Entry,
    detail: &Detail,
    report: &ReportRow,
    locales: &Arc<Locales>,
) -> Result<()> {
    let settings = instance::settings(tx)?;
    let texts = texts(locales, None, &settings.language);
    let key = match (entry.act, ReportState::from_word(&detail.word)) {
        (Did::ResolveReport, Some(ReportState::Acted)) => "notice-mail-answer-acted",
        (Did::ResolveReport, _) => "notice-mail-answer-dismissed",
        _ => "notice-mail-answer-received",
    };
    let contact = tx.urls.absolute("/contact");
    let number = report.id.to_string();
    let resolved = entry.act == Did::ResolveReport;
    let reason = if resolved { explanation(&texts, &detail.reason) } else { String::new() };
    let values: [(&str, &dyn crate::locale::Arg); 4] =
        [("instance", &settings.name), ("number", &number), ("reason", &reason), ("link", &contact)];
    let subject = texts.t_with(&format!("{key}-subject"), &values);
    let body = texts.t_with(&format!("{key}-body"), &values);
    send(tx, &report.reporter_email, &subject, &body)
}

/// A moderator's words as a paragraph; empty when there are none.
fn explanation(texts: &Texts, reason: &str) -> String {
    if reason.is_empty() {
        return String::new();
    }
    format!("{}\n\n", texts.t_with("notice-mail-reason", &[("reason", &reason)]))
}

fn texts(locales: &Arc<Locales>, chosen: Option<&str>, fallback: &str) -> Texts {
    let lang = chosen
        .and_then(|code| locales.find(code))
        .or_else(|| locales.find(fallback))
        .unwrap_or_else(|| locales.default_lang());
    Texts::new(Arc::clone(locales), lang)
}

/// A group's title and class; of one that isn't known, the strictest.
fn group(tx: &mut Tx<'_>, id: GroupId) -> Result<(String, Class)> {
    use schema::groups::dsl;
    let found = dsl::groups.find(id).select((dsl::title, dsl::class)).first(tx.conn).optional()?;
    Ok(found.unwrap_or((String::new(), Class::Lokaal)))
}

fn name(tx: &mut Tx<'_>, person: PersonId) -> Result<String> {
    use schema::people::dsl;
    Ok(dsl::people.find(person).select(dsl::display_name).first(tx.conn).optional()?.unwrap_or_default())
}

fn send(tx: &mut Tx<'_>, to: &str, subject: &str, body: &str) -> Result<()> {
    mail::enqueue(tx, &Letter::written(to, &one_line(subject), body))
}

/// Titles come from people: a line break in one must not end the header.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
