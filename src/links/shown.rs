//! Which topics of other groups a group shows: what comes in by a link, what its curators chose, and what a host elsewhere says of its own.
//!
//! Only groups hosted here decide here; of others it is written down what they announce. Topics that were there before a link was
//! accepted are shown without a word to other servers.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use diesel::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::{LinkRow, LinkState, PromotionState, Takes, promotions};
use crate::clock::Time;
use crate::db::{AtEnd, Native, Tx, VALUES, among, schema};
use crate::error::{Error, Result};
use crate::ids::{ActorId, GroupId, ThreadId};
use crate::journal::{self, Detail, Did, Line};
use crate::policy::{Class, Reason};
use crate::text::analyse::{self, Language};
use crate::threads::ThreadRow;

/// Topics of before that are looked at when a link is accepted or changed: the newest.
const FILL: i64 = 200;

/// A visible topic came into a group: the groups that take all of its topics show it from the end of the transaction on, and tell their
/// members elsewhere.
pub fn appeared(tx: &mut Tx<'_>, thread: &ThreadRow) {
    tx.at_end::<Appeared>().0.insert(thread.id, thread.group_id);
}

/// Topics that appeared, and in which groups. In order, so that two transactions don't wait for each other.
#[derive(Debug, Default)]
struct Appeared(BTreeMap<ThreadId, GroupId>);

impl AtEnd for Appeared {
    fn write(self: Box<Self>, tx: &mut Tx<'_>) -> Result<()> {
        let sources: BTreeSet<GroupId> = self.0.values().copied().collect();
        let links = taking_all(tx, &sources.into_iter().collect::<Vec<_>>())?;
        if links.is_empty() {
            return Ok(());
        }
        let linked: BTreeSet<GroupId> = links.iter().map(|link| link.source_id).collect();
        let ids: Vec<ThreadId> =
            self.0.iter().filter(|(_, group)| linked.contains(group)).map(|(id, _)| *id).collect();
        let threads = open_threads(tx, &ids)?;
        let unwanted = unwanted(tx, &ids)?;
        for link in &links {
            let words = Words::of(&link.words);
            for thread in threads.iter().filter(|thread| thread.group_id == link.source_id) {
                let fits = words.fit(&thread.title, &thread.excerpt);
                if !fits || unwanted.contains(&(thread.id, link.target_id)) {
                    continue;
                }
                if insert(tx, link.target_id, thread, false)? && is_news(link, thread.created_at) {
                    record(tx, Did::ShowTopic, link.target_id, thread.id)?;
                }
            }
        }
        // What was recorded is put off to the end as well, which is now.
        tx.catch_up()
    }
}

/// Whether a topic was started after its group was linked: what was read of the time before isn't told as new.
fn is_news(link: &LinkRow, started: Time) -> bool {
    link.accepted_at.is_none_or(|accepted| started >= accepted)
}

/// Brings up the places of these topics in the lists of groups that show them, when something was posted or taken away. Where none of
/// them is shown that is one statement.
///
/// # Errors
/// Only when the database does.
pub fn bring_up(tx: &mut Tx<'_>, threads: &[ThreadId]) -> Result<()> {
    use schema::{shown_topics, threads as t};
    for some in threads.chunks(VALUES) {
        let behind: Vec<(ThreadId, Time)> = shown_topics::table
            .inner_join(t::table)
            .filter(among(shown_topics::thread_id, some.iter().copied()))
            .filter(shown_topics::active_at.ne(t::active_at))
            .select((t::id, t::active_at))
            .load(tx.conn)?;
        for (thread, at) in behind.into_iter().collect::<BTreeMap<_, _>>() {
            diesel::update(shown_topics::table.filter(shown_topics::thread_id.eq(thread)))
                .set(shown_topics::active_at.eq(at))
                .execute(tx.conn)?;
        }
    }
    Ok(())
}

/// Shows what a link takes now, when it was accepted or changed: of the newest topics of its source those that fit. What doesn't fit any
/// more is shown no longer, unless curators chose it.
///
/// # Errors
/// Only when the database does.
pub fn fill(tx: &mut Tx<'_>, link: &LinkRow) -> Result<()> {
    use schema::{actors, groups, threads};
    if link.state != LinkState::Accepted || !is_open_here(tx, link.target_id)? {
        return Ok(());
    }
    let words = Words::of(&link.words);
    take_unfit(tx, link, &words)?;
    if link.takes == Takes::Promoted {
        return Ok(());
    }
    let newest: Vec<ThreadRow> = threads::table
        .inner_join(groups::table.inner_join(actors::table))
        .filter(threads::group_id.eq(link.source_id).and(threads::hidden.eq(false)))
        .filter(groups::class.eq(Class::Openbaar).and(actors::gone_at.is_null()))
        .order((threads::created_at.desc(), threads::id.desc()))
        .limit(FILL)
        .select(ThreadRow::as_select())
        .load(tx.conn)?;
    let ids: Vec<ThreadId> = newest.iter().map(|thread| thread.id).collect();
    let unwanted = unwanted(tx, &ids)?;
    for thread in &newest {
        if words.fit(&thread.title, &thread.excerpt) && !unwanted.contains(&(thread.id, link.target_id)) {
            insert(tx, link.target_id, thread, false)?;
        }
    }
    Ok(())
}

/// Takes off what a link doesn't take now.
fn take_unfit(tx: &mut Tx<'_>, link: &LinkRow, words: &Words) -> Result<()> {
    use schema::{shown_topics, threads};
    if link.takes == Takes::All && words.are_none() {
        return Ok(());
    }
    let there: Vec<ThreadRow> = shown_topics::table
        .inner_join(threads::table)
        .filter(shown_topics::group_id.eq(link.target_id).and(shown_topics::promoted.eq(false)))
        .filter(threads::group_id.eq(link.source_id))
        .order(threads::id)
        .select(ThreadRow::as_select())
        .load(tx.conn)?;
    let fits = |thread: &ThreadRow| link.takes == Takes::All && words.fit(&thread.title, &thread.excerpt);
    let unfit: Vec<(ThreadId, bool)> = there
        .iter()
        .filter(|thread| !fits(thread))
        .map(|thread| (thread.id, is_news(link, thread.created_at)))
        .collect();
    take_many(tx, link.target_id, &unfit)
}

/// A link has ended: nothing of its source is shown in its target any more. Whoever ends it settles what was proposed.
///
/// # Errors
/// Only when the database does.
pub fn empty(tx: &mut Tx<'_>, link: &LinkRow) -> Result<()> {
    use schema::{shown_topics, threads};
    let there: Vec<(ThreadId, bool, Time)> = shown_topics::table
        .inner_join(threads::table)
        .filter(shown_topics::group_id.eq(link.target_id).and(threads::group_id.eq(link.source_id)))
        .order(shown_topics::thread_id)
        .select((shown_topics::thread_id, shown_topics::promoted, threads::created_at))
        .load(tx.conn)?;
    let told = |promoted: bool, started: Time| promoted || is_news(link, started);
    let all: Vec<(ThreadId, bool)> =
        there.into_iter().map(|(id, promoted, started)| (id, told(promoted, started))).collect();
    take_many(tx, link.target_id, &all)
}

/// Takes topics off; each with whether its group told others that it shows it.
fn take_many(tx: &mut Tx<'_>, group: GroupId, topics: &[(ThreadId, bool)]) -> Result<()> {
    use schema::shown_topics::dsl;
    if topics.is_empty() {
        return Ok(());
    }
    let speaks = speaks_here(tx, group)?;
    for some in topics.chunks(VALUES) {
        let ids: Vec<ThreadId> = some.iter().map(|(id, _)| *id).collect();
        diesel::delete(dsl::shown_topics.filter(dsl::group_id.eq(group).and(dsl::thread_id.eq_any(ids))))
            .execute(tx.conn)?;
        for (id, _) in some.iter().filter(|(_, told)| *told && speaks) {
            record(tx, Did::HideTopic, group, *id)?;
        }
    }
    Ok(())
}

/// A topic went to another group; `thread` is as it was before. It stays where that group is linked, too, and is shown no longer where it
/// isn't. The group's own links take it as one that appeared.
///
/// # Errors
/// Only when the database does.
pub fn moved(tx: &mut Tx<'_>, thread: &ThreadRow) -> Result<()> {
    use schema::{actors, group_links, shown_topics, threads};
    let now: ThreadRow = threads::table.find(thread.id).select(ThreadRow::as_select()).first(tx.conn)?;
    let links: Vec<LinkRow> = group_links::table
        .filter(group_links::source_id.eq(now.group_id).and(group_links::state.eq(LinkState::Accepted)))
        .select(LinkRow::as_select())
        .load(tx.conn)?;
    let there: Vec<(GroupId, bool, bool)> = shown_topics::table
        .inner_join(actors::table.on(actors::id.eq(shown_topics::group_id)))
        .filter(shown_topics::thread_id.eq(now.id))
        .order(shown_topics::group_id)
        .select((shown_topics::group_id, shown_topics::promoted, actors::local))
        .load(tx.conn)?;
    for (group, promoted, local) in there {
        let takes = |link: &LinkRow| {
            let fits = || Words::of(&link.words).fit(&now.title, &now.excerpt);
            link.target_id == group && (promoted || (link.takes == Takes::All && fits()))
        };
        // What a group elsewhere shows its host says, which hears of the move as well.
        let stays = group != now.group_id && (!local || links.iter().any(takes));
        if !stays {
            hide(tx, group, now.id)?;
        }
    }
    let targets: Vec<GroupId> = links.iter().map(|link| link.target_id).collect();
    promotions::moved(tx, thread, &targets)?;
    if !now.hidden {
        appeared(tx, &now);
    }
    Ok(())
}

/// Shows a topic in a group; a group hosted here tells its members elsewhere. Tells whether it wasn't shown before. Whoever calls has asked
/// whether it may be.
///
/// # Errors
/// Only when the database does.
pub fn show(tx: &mut Tx<'_>, group: GroupId, thread: &ThreadRow, promoted: bool) -> Result<bool> {
    use schema::shown_topics::dsl;
    if thread.group_id == group {
        return Ok(false);
    }
    if insert(tx, group, thread, promoted)? {
        if speaks_here(tx, group)? {
            record(tx, Did::ShowTopic, group, thread.id)?;
        }
        return Ok(true);
    }
    if promoted {
        diesel::update(dsl::shown_topics.find((group, thread.id)))
            .set(dsl::promoted.eq(true))
            .execute(tx.conn)?;
    }
    Ok(false)
}

/// Shows a topic in a group no longer; a group hosted here tells its members elsewhere. Tells whether it was shown.
///
/// # Errors
/// Only when the database does.
pub fn hide(tx: &mut Tx<'_>, group: GroupId, thread: ThreadId) -> Result<bool> {
    let shown = take(tx, group, thread)?;
    if shown && speaks_here(tx, group)? {
        record(tx, Did::HideTopic, group, thread)?;
    }
    Ok(shown)
}

/// The host of a group elsewhere says that it shows a topic of another group.
///
/// # Errors
/// `Denied` when the group is hosted here; `NotFound` when there is no such topic that everybody may read.
pub fn announced(tx: &mut Tx<'_>, group: GroupId, thread: ThreadId) -> Result<()> {
    must_be_elsewhere(tx, group)?;
    let thread = open_threads(tx, &[thread])?.pop().ok_or(Error::NotFound)?;
    if thread.group_id != group {
        insert(tx, group, &thread, false)?;
    }
    Ok(())
}

/// The host of a group elsewhere says that it shows a topic of another group no longer.
///
/// # Errors
/// `Denied` when the group is hosted here.
pub fn taken_back(tx: &mut Tx<'_>, group: GroupId, thread: ThreadId) -> Result<()> {
    must_be_elsewhere(tx, group)?;
    take(tx, group, thread).map(|_shown| ())
}

fn must_be_elsewhere(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    use schema::actors::dsl;
    let local: bool = dsl::actors.find(ActorId::from(group)).select(dsl::local).first(tx.conn)?;
    if local { Err(Reason::NotHost.into()) } else { Ok(()) }
}

/// Takes a topic off, without a word to anybody; tells whether it was shown.
pub(super) fn take(tx: &mut Tx<'_>, group: GroupId, thread: ThreadId) -> Result<bool> {
    use schema::shown_topics::dsl;
    Ok(diesel::delete(dsl::shown_topics.find((group, thread))).execute(tx.conn)? == 1)
}

/// Writes a topic down as shown; tells whether it wasn't.
fn insert(tx: &mut Tx<'_>, group: GroupId, thread: &ThreadRow, promoted: bool) -> Result<bool> {
    use schema::shown_topics::dsl;
    let row = (
        dsl::group_id.eq(group),
        dsl::thread_id.eq(thread.id),
        dsl::promoted.eq(promoted),
        dsl::created_at.eq(thread.created_at),
        dsl::active_at.eq(thread.active_at),
        dsl::shown_at.eq(tx.now),
    );
    let insert = diesel::insert_into(dsl::shown_topics).values(row).on_conflict_do_nothing();
    Ok(Native(insert).execute(tx.conn)? == 1)
}

/// Writes the line by which other servers hear what a group hosted here shows. Nobody in particular did it.
fn record(tx: &mut Tx<'_>, did: Did, group: GroupId, thread: ThreadId) -> Result<()> {
    let line = Line {
        did,
        by: None,
        group: Some(group),
        thread: Some(thread),
        post: Some(thread.into()),
        person: None,
        moderation: false,
        detail: Detail::default(),
    };
    journal::record(tx, &line).map(|_id| ())
}

/// Whether a group is hosted here, so that others are told what it shows, and not gone, so that there is somebody to tell it.
fn speaks_here(tx: &mut Tx<'_>, group: GroupId) -> Result<bool> {
    use schema::actors::dsl;
    let found: Option<(bool, Option<Time>)> = dsl::actors
        .find(ActorId::from(group))
        .select((dsl::local, dsl::gone_at))
        .first(tx.conn)
        .optional()?;
    Ok(found.is_some_and(|(local, gone)| local && gone.is_none()))
}

/// Whether a group is hosted here and for everybody.
fn is_open_here(tx: &mut Tx<'_>, group: GroupId) -> Result<bool> {
    use schema::groups::dsl;
    let class: Option<Class> = dsl::groups.find(group).select(dsl::class).first(tx.conn).optional()?;
    Ok(class == Some(Class::Openbaar) && speaks_here(tx, group)?)
}

/// The links by which groups hosted here take all topics of these groups.
fn taking_all(tx: &mut Tx<'_>, sources: &[GroupId]) -> Result<Vec<LinkRow>> {
    use schema::{actors, group_links, groups};
    let mut links = Vec::new();
    for some in sources.chunks(VALUES) {
        let query = group_links::table
            .inner_join(groups::table.on(groups::id.eq(group_links::target_id)))
            .inner_join(actors::table.on(actors::id.eq(group_links::target_id)))
            .filter(among(group_links::source_id, some.iter().copied()))
            .filter(group_links::state.eq(LinkState::Accepted).and(group_links::takes.eq(Takes::All)))
            .filter(groups::class.eq(Class::Openbaar))
            .filter(actors::local.eq(true).and(actors::gone_at.is_null()))
            .order(group_links::id)
            .select(LinkRow::as_select());
        links.extend(query.load::<LinkRow>(tx.conn)?);
    }
    Ok(links)
}

/// Those of these topics that everybody may read.
fn open_threads(tx: &mut Tx<'_>, ids: &[ThreadId]) -> Result<Vec<ThreadRow>> {
    use schema::{actors, groups, threads};
    let mut found = Vec::new();
    for some in ids.chunks(VALUES) {
        let query = threads::table
            .inner_join(groups::table.inner_join(actors::table))
            .filter(among(threads::id, some.iter().copied()))
            .filter(threads::hidden.eq(false).and(groups::class.eq(Class::Openbaar)))
            .filter(actors::gone_at.is_null())
            .order(threads::id)
            .select(ThreadRow::as_select());
        found.extend(query.load::<ThreadRow>(tx.conn)?);
    }
    Ok(found)
}

/// Which of these topics aren't shown in which groups, whatever links take: somebody there, or whoever asks in them, didn't want that.
fn unwanted(tx: &mut Tx<'_>, ids: &[ThreadId]) -> Result<HashSet<(ThreadId, GroupId)>> {
    use schema::promotions::dsl;
    const AGAINST: [PromotionState; 3] =
        [PromotionState::Declined, PromotionState::Refused, PromotionState::Ended];
    let mut found = HashSet::new();
    for some in ids.chunks(VALUES) {
        let rows: Vec<(ThreadId, GroupId)> = dsl::promotions
            .filter(among(dsl::thread_id, some.iter().copied()).and(among(dsl::state, AGAINST)))
            .select((dsl::thread_id, dsl::group_id))
            .load(tx.conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The words of a link, in all forms that search knows of them.
struct Words(Vec<Vec<BTreeSet<String>>>);

impl Words {
    /// Reads them: a word or phrase a line.
    fn of(words: &str) -> Self {
        let lines = words.lines().filter(|line| !line.trim().is_empty());
        Self(lines.map(|line| line.unicode_words().map(forms).collect()).collect())
    }

    /// Whether there are none: then all topics fit.
    fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a topic has, in its title or first lines, all words of one of the lines.
    fn fit(&self, title: &str, excerpt: &str) -> bool {
        if self.are_none() {
            return true;
        }
        let text = forms(&[title, excerpt].join("\n"));
        let fits = |line: &Vec<BTreeSet<String>>| {
            !line.is_empty() && line.iter().all(|word| !word.is_disjoint(&text))
        };
        self.0.iter().any(fits)
    }
}

/// The stems of all words of a text. It isn't known in which language it is, so those of both.
fn forms(text: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    for language in [Language::Dutch, Language::English] {
        let terms = analyse::terms(text, language);
        forms.extend(terms.split(' ').filter(|term| !term.is_empty()).map(str::to_owned));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(words: &str, title: &str, excerpt: &str) -> bool {
        Words::of(words).fit(title, excerpt)
    }

    #[test]
    fn a_topic_fits_when_it_has_all_words_of_a_line() {
        let (title, excerpt) = ("Mijn toeslagen kloppen niet", "Ik kreeg ook een brief over huizen. Wat nu?");
        for words in [
            "toeslag",
            "Toeslagen",
            "TOESLAG",
            "huis",
            "brieven",
            "fiets\ntoeslag",
            "  toeslag  \n\n",
            // In any order, and wherever they stand.
            "brief toeslag",
            "\"toeslag, brief!\"",
        ] {
            assert!(fit(words, title, excerpt), "{words}");
        }
        for words in ["fiets", "toeslag fiets", "toestaan", "fiets toeslag\nhuur", "huur"] {
            assert!(!fit(words, title, excerpt), "{words}");
        }
        assert!(fit("foto", "Twee foto's", "") && fit("cliënten", "Een client vraagt", ""));
        assert!(fit("connections", "Connected", "") && fit("uitkering", "", "Over uitkeringen"));
    }

    #[test]
    fn without_words_everything_fits_and_with_none_that_counts_nothing_does() {
        for words in ["", " ", "\n \n"] {
            assert!(Words::of(words).are_none() && fit(words, "Vraag", ""), "{words:?}");
        }
        assert!(!fit("?!", "Vraag?!", ""));
        assert!(!fit("vraag", "", ""));
    }
}
