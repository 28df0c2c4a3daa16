//! What was done, what is to be done, and what is to be mailed.

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
        lane -> Text,
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

    audit (id) {
        id -> Uid,
        act -> Text,
        outcome -> Text,
        by_id -> Nullable<Uid>,
        object -> Text,
        origin -> Text,
        created_at -> UtcTime,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    audit_days (day) {
        day -> Text,
        lines -> BigInt,
        last -> Text,
    }
}
