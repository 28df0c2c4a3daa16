//! Other servers, and what came from them and goes to them.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    peers (host) {
        host -> Text,
        state -> Text,
        paused -> Bool,
        note -> Text,
        software -> Text,
        version -> Text,
        form -> Text,
        scheme -> Text,
        implements -> Text,
        application -> Nullable<Text>,
        failures -> BigInt,
        retry_at -> Nullable<UtcTime>,
        leased_by -> Nullable<Text>,
        leased_until -> Nullable<UtcTime>,
        seen_at -> Nullable<UtcTime>,
        reached_at -> Nullable<UtcTime>,
        failed_at -> Nullable<UtcTime>,
        error -> Text,
        nodeinfo_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
        organisation -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    inbox (id) {
        id -> Uid,
        actor_uri -> Text,
        activity_uri -> Text,
        host -> Text,
        kind -> Text,
        body -> Nullable<Text>,
        lane -> Text,
        subject -> Text,
        state -> Text,
        reason -> Text,
        attempts -> BigInt,
        run_at -> UtcTime,
        leased_by -> Nullable<Text>,
        created_at -> UtcTime,
        done_at -> Nullable<UtcTime>,
        held_in -> Nullable<Uid>,
        released_by -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    refusals (id) {
        id -> Uid,
        host -> Text,
        actor_uri -> Text,
        kind -> Text,
        status -> BigInt,
        reason -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    activities (id) {
        id -> Uid,
        uri -> Text,
        actor_id -> Uid,
        kind -> Text,
        group_id -> Nullable<Uid>,
        object_uri -> Text,
        document -> Text,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    deliveries (id) {
        id -> Uid,
        activity_id -> Uid,
        host -> Text,
        inbox -> Text,
        lane -> Text,
        group_id -> Nullable<Uid>,
        state -> Text,
        attempts -> BigInt,
        status -> BigInt,
        error -> Text,
        created_at -> UtcTime,
        done_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    closed_inboxes (url) {
        url -> Text,
        closed_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    agreements (host) {
        host -> Text,
        state -> Text,
        ceiling -> Text,
        until -> Nullable<UtcTime>,
        organisation -> Text,
        contact -> Text,
        purpose -> Text,
        created_at -> UtcTime,
        changed_at -> UtcTime,
        reminded -> BigInt,
        asked -> Text,
        told -> Bool,
        their_state -> Nullable<Text>,
        their_ceiling -> Nullable<Text>,
        their_until -> Nullable<UtcTime>,
        their_organisation -> Text,
        their_contact -> Text,
        their_purpose -> Text,
        their_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    agreement_messages (id) {
        id -> Uid,
        host -> Text,
        uri -> Text,
        ours -> Bool,
        by_id -> Nullable<Uid>,
        content -> Text,
        created_at -> UtcTime,
    }
}
