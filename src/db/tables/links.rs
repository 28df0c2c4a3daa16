//! Links between groups, topics that are shown by them, and proposals to show one.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    group_links (id) {
        id -> Uid,
        source_id -> Uid,
        target_id -> Uid,
        state -> Text,
        asked_by -> Text,
        takes -> Text,
        words -> Text,
        note -> Text,
        follow_uri -> Nullable<Text>,
        invite_uri -> Nullable<Text>,
        created_by -> Nullable<Uid>,
        created_at -> UtcTime,
        accepted_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    shown_topics (group_id, thread_id) {
        group_id -> Uid,
        thread_id -> Uid,
        promoted -> Bool,
        created_at -> UtcTime,
        active_at -> UtcTime,
        shown_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    promotions (id) {
        id -> Uid,
        thread_id -> Uid,
        group_id -> Uid,
        by_id -> Nullable<Uid>,
        note -> Text,
        state -> Text,
        offer_uri -> Nullable<Text>,
        reason -> Text,
        created_at -> UtcTime,
        changed_at -> UtcTime,
    }
}
