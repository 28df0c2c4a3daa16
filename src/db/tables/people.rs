//! People here and elsewhere, their accounts, and what they choose to see.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    people (id) {
        id -> Uid,
        display_name -> Text,
        bio -> Text,
        bio_html -> Text,
        avatar_id -> Nullable<Uid>,
        avatar_url -> Nullable<Text>,
        avatar_alt -> Text,
        employer -> Text,
        function -> Text,
        bot -> Bool,
        discoverable -> Bool,
        suspended_at -> Nullable<UtcTime>,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    accounts (person_id) {
        person_id -> Uid,
        email -> Text,
        email_folded -> Text,
        password_hash -> Text,
        state -> Text,
        role -> Text,
        language -> Nullable<Text>,
        motivation -> Text,
        totp_secret -> Nullable<Binary>,
        totp_confirmed_at -> Nullable<UtcTime>,
        totp_last_step -> BigInt,
        mail_replies -> Bool,
        mail_moderation -> Bool,
        delete_after -> Nullable<UtcTime>,
        confirmed_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
        mail_titles -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    recovery_codes (id) {
        id -> Uid,
        person_id -> Uid,
        digest -> Binary,
        used_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    sessions (id) {
        id -> Uid,
        person_id -> Uid,
        digest -> Binary,
        verified -> Bool,
        device -> Text,
        address -> Text,
        created_at -> UtcTime,
        seen_at -> UtcTime,
        expires_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    tokens (id) {
        id -> Uid,
        person_id -> Uid,
        label -> Text,
        digest -> Binary,
        scopes -> Text,
        created_at -> UtcTime,
        seen_at -> Nullable<UtcTime>,
        expires_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    devices (id) {
        id -> Uid,
        person_id -> Uid,
        digest -> Binary,
        seen_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    mail_links (id) {
        id -> Uid,
        person_id -> Uid,
        purpose -> Text,
        digest -> Binary,
        email -> Text,
        created_at -> UtcTime,
        expires_at -> UtcTime,
        used_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    attempts (subject) {
        subject -> Text,
        count -> BigInt,
        window_ends_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    blocks (id) {
        id -> Uid,
        person_id -> Uid,
        kind -> Text,
        target_id -> Nullable<Uid>,
        target_host -> Nullable<Text>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::*;

    follows (id) {
        id -> Uid,
        follower_id -> Uid,
        target_id -> Uid,
        uri -> Text,
        accepted_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
    }
}
