//! What people are told.

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
