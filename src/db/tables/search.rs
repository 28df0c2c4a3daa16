//! Which posts are in the full-text index; the index itself differs between the databases.

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
