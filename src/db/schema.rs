//! The tables, written once for both databases. `tests/schema.rs` holds this against what the migrations made.

#![allow(clippy::wildcard_imports, reason = "each table names its SQL types by their own names")]
#![expect(missing_docs, reason = "the migrations document the tables and columns")]

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    actors (id) {
        id -> Uid,
        kind -> Text,
        local -> Bool,
        host -> Text,
        name -> Text,
        name_folded -> Text,
        uri -> Text,
        url -> Text,
        inbox -> Text,
        shared_inbox -> Nullable<Text>,
        outbox -> Nullable<Text>,
        followers -> Nullable<Text>,
        rsa_key_uri -> Nullable<Text>,
        rsa_key -> Nullable<Text>,
        ed_key_uri -> Nullable<Text>,
        ed_key -> Nullable<Text>,
        moved_to -> Nullable<Text>,
        fetched_at -> Nullable<UtcTime>,
        key_tried_at -> Nullable<UtcTime>,
        gone_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    actor_keys (actor_id) {
        actor_id -> Uid,
        rsa_private -> Text,
        ed_private -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    people (id) {
        id -> Uid,
        display_name -> Text,
        bio -> Text,
        bio_html -> Text,
        avatar_id -> Nullable<Uid>,
        avatar_url -> Nullable<Text>,
        avatar_alt -> Text,
        employer -> Text,
        function -> Text,
        bot -> Bool,
        discoverable -> Bool,
        suspended_at -> Nullable<UtcTime>,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    accounts (person_id) {
        person_id -> Uid,
        email -> Text,
        email_folded -> Text,
        password_hash -> Text,
        state -> Text,
        role -> Text,
        language -> Nullable<Text>,
        motivation -> Text,
        totp_secret -> Nullable<Binary>,
        totp_confirmed_at -> Nullable<UtcTime>,
        totp_last_step -> BigInt,
        mail_replies -> Bool,
        mail_moderation -> Bool,
        delete_after -> Nullable<UtcTime>,
        confirmed_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    recovery_codes (id) {
        id -> Uid,
        person_id -> Uid,
        digest -> Binary,
        used_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    sessions (id) {
        id -> Uid,
        person_id -> Uid,
        digest -> Binary,
        verified -> Bool,
        device -> Text,
        address -> Text,
        created_at -> UtcTime,
        seen_at -> UtcTime,
        expires_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    tokens (id) {
        id -> Uid,
        person_id -> Uid,
        label -> Text,
        digest -> Binary,
        scopes -> Text,
        created_at -> UtcTime,
        seen_at -> Nullable<UtcTime>,
        expires_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    mail_links (id) {
        id -> Uid,
        person_id -> Uid,
        purpose -> Text,
        digest -> Binary,
        email -> Text,
        created_at -> UtcTime,
        expires_at -> UtcTime,
        used_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    attempts (subject) {
        subject -> Text,
        count -> BigInt,
        window_ends_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    devices (id) {
        id -> Uid,
        person_id -> Uid,
        digest -> Binary,
        seen_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    mails (id) {
        id -> Uid,
        recipient -> Text,
        kind -> Text,
        language -> Nullable<Text>,
        detail -> Text,
        created_at -> UtcTime,
        sent_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    blocks (id) {
        id -> Uid,
        person_id -> Uid,
        kind -> Text,
        target_id -> Nullable<Uid>,
        target_host -> Nullable<Text>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    follows (id) {
        id -> Uid,
        follower_id -> Uid,
        target_id -> Uid,
        uri -> Text,
        accepted_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    groups (id) {
        id -> Uid,
        title -> Text,
        mission -> Text,
        description -> Text,
        description_html -> Text,
        rules -> Text,
        rules_html -> Text,
        emblem_id -> Nullable<Uid>,
        emblem_url -> Nullable<Text>,
        emblem_alt -> Text,
        colour -> BigInt,
        class -> Text,
        joining -> Text,
        posting -> Text,
        featured -> Nullable<Text>,
        moderators -> Nullable<Text>,
        member_count -> BigInt,
        topic_count -> BigInt,
        active_at -> UtcTime,
        created_by -> Nullable<Uid>,
        archived_at -> Nullable<UtcTime>,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    memberships (id) {
        id -> Uid,
        group_id -> Uid,
        person_id -> Uid,
        role -> Text,
        state -> Text,
        motivation -> Text,
        follow_uri -> Nullable<Text>,
        created_at -> UtcTime,
        accepted_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    bans (id) {
        id -> Uid,
        group_id -> Nullable<Uid>,
        person_id -> Uid,
        by_id -> Nullable<Uid>,
        reason -> Text,
        created_at -> UtcTime,
        until -> Nullable<UtcTime>,
        lifted_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    reports (id) {
        id -> Uid,
        case_id -> Uid,
        uri -> Nullable<Text>,
        group_id -> Nullable<Uid>,
        post_id -> Nullable<Uid>,
        person_id -> Nullable<Uid>,
        reporter_id -> Nullable<Uid>,
        reporter_name -> Text,
        reporter_email -> Text,
        reporter_host -> Text,
        entry_id -> Nullable<Uid>,
        category -> Text,
        reason -> Text,
        state -> Text,
        forwarded -> Bool,
        resolved_by -> Nullable<Uid>,
        resolution -> Text,
        created_at -> UtcTime,
        resolved_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    threads (id) {
        id -> Uid,
        group_id -> Uid,
        author_id -> Uid,
        kind -> Text,
        title -> Text,
        excerpt -> Text,
        context_uri -> Nullable<Text>,
        reply_count -> BigInt,
        created_at -> UtcTime,
        active_at -> UtcTime,
        pinned_at -> Nullable<UtcTime>,
        locked_at -> Nullable<UtcTime>,
        hidden -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    posts (id) {
        id -> Uid,
        thread_id -> Uid,
        group_id -> Uid,
        parent_id -> Nullable<Uid>,
        author_id -> Uid,
        local -> Bool,
        uri -> Text,
        url -> Text,
        content -> Text,
        html -> Text,
        summary -> Text,
        sensitive -> Bool,
        language -> Nullable<Text>,
        depth -> BigInt,
        like_count -> BigInt,
        dislike_count -> BigInt,
        created_at -> UtcTime,
        edited_at -> Nullable<UtcTime>,
        confirmed_at -> Nullable<UtcTime>,
        refused_reason -> Nullable<Text>,
        deleted_at -> Nullable<UtcTime>,
        removed_at -> Nullable<UtcTime>,
        removed_by -> Nullable<Uid>,
        removed_reason -> Text,
        document -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    revisions (id) {
        id -> Uid,
        post_id -> Uid,
        title -> Text,
        content -> Text,
        by_id -> Nullable<Uid>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    reactions (id) {
        id -> Uid,
        post_id -> Uid,
        person_id -> Uid,
        kind -> Text,
        emoji -> Text,
        uri -> Nullable<Text>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    mentions (post_id, actor_id) {
        post_id -> Uid,
        actor_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    thread_reads (person_id, thread_id) {
        person_id -> Uid,
        thread_id -> Uid,
        read_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    media (id) {
        id -> Uid,
        owner_id -> Nullable<Uid>,
        post_id -> Nullable<Uid>,
        position -> BigInt,
        kind -> Text,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        width -> BigInt,
        height -> BigInt,
        alt -> Text,
        decorative -> Bool,
        file -> Nullable<Text>,
        thumbnail -> Nullable<Text>,
        remote_url -> Nullable<Text>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    notices (id) {
        id -> Uid,
        person_id -> Uid,
        kind -> Text,
        by_id -> Nullable<Uid>,
        group_id -> Nullable<Uid>,
        thread_id -> Nullable<Uid>,
        post_id -> Nullable<Uid>,
        entry_id -> Uid,
        detail -> Text,
        created_at -> UtcTime,
        read_at -> Nullable<UtcTime>,
        mailed_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    search_entries (number) {
        number -> BigInt,
        post_id -> Uid,
        analyser -> BigInt,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    journal (id) {
        id -> Uid,
        act -> Text,
        by_id -> Nullable<Uid>,
        remote -> Bool,
        moderation -> Bool,
        group_id -> Nullable<Uid>,
        thread_id -> Nullable<Uid>,
        post_id -> Nullable<Uid>,
        person_id -> Nullable<Uid>,
        detail -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    jobs (id) {
        id -> Uid,
        kind -> Text,
        payload -> Text,
        run_at -> UtcTime,
        attempts -> BigInt,
        leased_by -> Nullable<Text>,
        failed_at -> Nullable<UtcTime>,
        error -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    settings (key) {
        key -> Text,
        value -> Text,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    pages (name, language) {
        name -> Text,
        language -> Text,
        content -> Text,
        html -> Text,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    peers (host) {
        host -> Text,
        state -> Text,
        paused -> Bool,
        note -> Text,
        software -> Text,
        version -> Text,
        form -> Text,
        scheme -> Text,
        implements -> Text,
        application -> Nullable<Text>,
        failures -> BigInt,
        retry_at -> Nullable<UtcTime>,
        leased_by -> Nullable<Text>,
        leased_until -> Nullable<UtcTime>,
        seen_at -> Nullable<UtcTime>,
        reached_at -> Nullable<UtcTime>,
        failed_at -> Nullable<UtcTime>,
        error -> Text,
        nodeinfo_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    inbox (id) {
        id -> Uid,
        actor_uri -> Text,
        activity_uri -> Text,
        host -> Text,
        kind -> Text,
        body -> Nullable<Text>,
        lane -> Text,
        subject -> Text,
        state -> Text,
        reason -> Text,
        attempts -> BigInt,
        run_at -> UtcTime,
        leased_by -> Nullable<Text>,
        created_at -> UtcTime,
        done_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    refusals (id) {
        id -> Uid,
        host -> Text,
        actor_uri -> Text,
        kind -> Text,
        status -> BigInt,
        reason -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    activities (id) {
        id -> Uid,
        uri -> Text,
        actor_id -> Uid,
        kind -> Text,
        group_id -> Nullable<Uid>,
        object_uri -> Text,
        document -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    deliveries (id) {
        id -> Uid,
        activity_id -> Uid,
        host -> Text,
        inbox -> Text,
        lane -> Text,
        group_id -> Nullable<Uid>,
        state -> Text,
        attempts -> BigInt,
        status -> BigInt,
        error -> Text,
        created_at -> UtcTime,
        done_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    closed_inboxes (url) {
        url -> Text,
        closed_at -> UtcTime,
    }
}

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
    journal,
    jobs,
    settings,
    pages,
    peers,
    inbox,
    refusals,
    activities,
    deliveries,
    closed_inboxes,
);
