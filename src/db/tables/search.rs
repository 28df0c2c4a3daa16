//! Which posts and groups are in the full-text indexes; those themselves differ between the databases.

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

    group_entries (number) {
        number -> BigInt,
        group_id -> Uid,
        analyser -> BigInt,
        created_at -> UtcTime,
    }
}
