//! Files that people attach.

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
