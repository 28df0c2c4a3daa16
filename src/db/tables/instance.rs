//! Settings and pages of text of the instance itself, and how often its limits were reached.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    settings (key) {
        key -> Text,
        value -> Text,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    pages (name, language) {
        name -> Text,
        language -> Text,
        content -> Text,
        html -> Text,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    limit_hits (name, who, hour) {
        name -> Text,
        who -> Text,
        hour -> UtcTime,
        count -> BigInt,
    }
}
