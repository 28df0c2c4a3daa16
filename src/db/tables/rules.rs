//! Federation rules, how they are changed, and what ended because of that.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    rules (id) {
        id -> Uid,
        effect -> Text,
        host -> Nullable<Text>,
        organisation -> Nullable<Text>,
        group_id -> Nullable<Uid>,
        kind -> Nullable<Text>,
        class -> Nullable<Text>,
        direction -> Nullable<Text>,
        until -> Nullable<UtcTime>,
        reason -> Text,
        by_id -> Nullable<Uid>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    rule_changes (id) {
        id -> Uid,
        state -> Text,
        changes -> Text,
        reason -> Text,
        result -> Text,
        hash -> Text,
        wide -> Bool,
        before -> Text,
        by_id -> Nullable<Uid>,
        second_id -> Nullable<Uid>,
        created_at -> UtcTime,
        ran_at -> UtcTime,
        applied_at -> Nullable<UtcTime>,
        undone_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    severed_ties (id) {
        id -> Uid,
        change_id -> Uid,
        kind -> Text,
        tie -> Text,
        created_at -> UtcTime,
    }
}
