//! Topics, replies, their earlier versions, and what people made of them.

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
