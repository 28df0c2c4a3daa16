//! Reports.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    reports (id) {
        id -> Uid,
        case_id -> Uid,
        uri -> Nullable<Text>,
        group_id -> Nullable<Uid>,
        post_id -> Nullable<Uid>,
        person_id -> Nullable<Uid>,
        reporter_id -> Nullable<Uid>,
        reporter_name -> Text,
        reporter_email -> Text,
        reporter_host -> Text,
        entry_id -> Nullable<Uid>,
        category -> Text,
        reason -> Text,
        state -> Text,
        forwarded -> Bool,
        resolved_by -> Nullable<Uid>,
        resolution -> Text,
        created_at -> UtcTime,
        resolved_at -> Nullable<UtcTime>,
    }
}
