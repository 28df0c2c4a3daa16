//! The tables, written once for both databases: which there are, and which may be joined.
//!
//! Their columns stand in `tables/`, a file per feature. `tests/schema.rs` holds both against what the migrations made.

pub use super::tables::actors::{actor_keys, actors};
pub use super::tables::federation::{
    activities, agreement_messages, agreements, closed_inboxes, deliveries, inbox, peers, refusals,
};
pub use super::tables::groups::{copy_holders, groups};
pub use super::tables::instance::{limit_hits, pages, settings};
pub use super::tables::links::{group_links, promotions, shown_topics};
pub use super::tables::machinery::{audit, audit_days, jobs, journal, mails};
pub use super::tables::media::media;
pub use super::tables::membership::{bans, invitations, memberships};
pub use super::tables::moderation::reports;
pub use super::tables::notices::notices;
pub use super::tables::people::{
    accounts, attempts, blocks, devices, follows, mail_links, people, recovery_codes, sessions, tokens,
};
pub use super::tables::rules::{rule_changes, rules, severed_ties};
pub use super::tables::search::{group_entries, search_entries};
pub use super::tables::threads::{mentions, posts, reactions, revisions, thread_reads, threads};

diesel::joinable!(actor_keys -> actors (actor_id));
diesel::joinable!(people -> actors (id));
diesel::joinable!(accounts -> people (person_id));
diesel::joinable!(recovery_codes -> accounts (person_id));
diesel::joinable!(sessions -> accounts (person_id));
diesel::joinable!(tokens -> accounts (person_id));
diesel::joinable!(devices -> accounts (person_id));
diesel::joinable!(mail_links -> accounts (person_id));
diesel::joinable!(groups -> actors (id));
diesel::joinable!(groups -> people (created_by));
diesel::joinable!(memberships -> groups (group_id));
diesel::joinable!(memberships -> people (person_id));
diesel::joinable!(bans -> groups (group_id));
diesel::joinable!(invitations -> groups (group_id));
diesel::joinable!(reports -> groups (group_id));
diesel::joinable!(threads -> groups (group_id));
diesel::joinable!(threads -> people (author_id));
diesel::joinable!(posts -> threads (thread_id));
diesel::joinable!(posts -> groups (group_id));
diesel::joinable!(revisions -> posts (post_id));
diesel::joinable!(revisions -> people (by_id));
diesel::joinable!(reactions -> posts (post_id));
diesel::joinable!(reactions -> people (person_id));
diesel::joinable!(mentions -> posts (post_id));
diesel::joinable!(mentions -> actors (actor_id));
diesel::joinable!(thread_reads -> people (person_id));
diesel::joinable!(thread_reads -> threads (thread_id));
diesel::joinable!(media -> people (owner_id));
diesel::joinable!(media -> posts (post_id));
diesel::joinable!(notices -> groups (group_id));
diesel::joinable!(notices -> threads (thread_id));
diesel::joinable!(notices -> posts (post_id));
diesel::joinable!(search_entries -> posts (post_id));
diesel::joinable!(group_entries -> groups (group_id));
diesel::joinable!(shown_topics -> threads (thread_id));
diesel::joinable!(promotions -> threads (thread_id));
diesel::joinable!(journal -> people (by_id));
diesel::joinable!(journal -> groups (group_id));
diesel::joinable!(activities -> actors (actor_id));
diesel::joinable!(deliveries -> activities (activity_id));

diesel::allow_tables_to_appear_in_same_query!(
    actors,
    actor_keys,
    people,
    accounts,
    recovery_codes,
    sessions,
    tokens,
    mail_links,
    attempts,
    devices,
    mails,
    blocks,
    follows,
    groups,
    memberships,
    bans,
    invitations,
    reports,
    threads,
    posts,
    revisions,
    reactions,
    mentions,
    thread_reads,
    media,
    notices,
    search_entries,
    group_entries,
    journal,
    audit,
    audit_days,
    jobs,
    settings,
    pages,
    limit_hits,
    peers,
    agreements,
    agreement_messages,
    rules,
    rule_changes,
    severed_ties,
    copy_holders,
    group_links,
    shown_topics,
    promotions,
    inbox,
    refusals,
    activities,
    deliveries,
    closed_inboxes,
);
