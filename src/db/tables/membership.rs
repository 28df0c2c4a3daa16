//! Who belongs to a group, who is invited, and who is banned.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    memberships (id) {
        id -> Uid,
        group_id -> Uid,
        person_id -> Uid,
        role -> Text,
        state -> Text,
        motivation -> Text,
        follow_uri -> Nullable<Text>,
        created_at -> UtcTime,
        accepted_at -> Nullable<UtcTime>,
        until -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    bans (id) {
        id -> Uid,
        group_id -> Nullable<Uid>,
        person_id -> Uid,
        by_id -> Nullable<Uid>,
        reason -> Text,
        created_at -> UtcTime,
        until -> Nullable<UtcTime>,
        lifted_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    invitations (id) {
        id -> Uid,
        group_id -> Uid,
        by_id -> Nullable<Uid>,
        person_id -> Nullable<Uid>,
        secret -> Nullable<Text>,
        note -> Text,
        created_at -> UtcTime,
        until -> UtcTime,
        used_at -> Nullable<UtcTime>,
        used_by -> Nullable<Uid>,
        withdrawn_at -> Nullable<UtcTime>,
    }
}
