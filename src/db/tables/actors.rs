//! Addresses and keys of whoever can speak on the wire.

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
