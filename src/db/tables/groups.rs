//! Groups, here and elsewhere.

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
        face -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    copy_holders (group_id, host) {
        group_id -> Uid,
        host -> Text,
        since -> UtcTime,
        dropped_at -> Nullable<UtcTime>,
    }
}
