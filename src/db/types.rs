//! One SQL type of ours per concept, mapped per database, and the Rust types on top of them.
//!
//! | concept | SQLite | PostgreSQL |
//! |---|---|---|
//! | [`sql::UtcTime`] | TEXT, RFC 3339 with six decimals and `Z`: sorts as text | TIMESTAMPTZ |
//! | [`sql::Uid`] | BLOB of 16 bytes | UUID |
//!
//! The database never makes a time or an id: formats would differ.

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Binary, HasSqlType, Text, Timestamptz};
use diesel::sqlite::{Sqlite, SqliteValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::MultiBackend;
use crate::clock::Time;
use crate::ids;

/// SQL types of ours.
pub mod sql {
    use diesel::query_builder::QueryId;
    use diesel::sql_types::SqlType;

    /// A moment in UTC.
    #[derive(SqlType, QueryId, Clone, Copy, Default, Debug)]
    #[diesel(sqlite_type(name = "Text"), postgres_type(oid = 1184, array_oid = 1185))]
    pub struct UtcTime;
    impl diesel::sql_types::SqlOrd for UtcTime {}

    /// A UUID.
    #[derive(SqlType, QueryId, Clone, Copy, Default, Debug)]
    #[diesel(sqlite_type(name = "Binary"), postgres_type(oid = 2950, array_oid = 2951))]
    pub struct Uid;
    impl diesel::sql_types::SqlOrd for Uid {}
}

macro_rules! has_type {
    ($($sql:ty),*) => {$(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$sql>(lookup)
            }
        }
    )*};
}
has_type!(sql::UtcTime, sql::Uid);

/// Lets a Rust type that maps to `$sql` on both databases be used through the multi connection.
#[macro_export]
macro_rules! multi_type {
    ($make:expr => $sql:ty, $rust:ty) => {
        impl diesel::deserialize::FromSql<$sql, $crate::db::MultiBackend> for $rust {
            fn from_sql(value: $crate::db::MultiRawValue<'_>) -> diesel::deserialize::Result<Self> {
                value.from_sql::<Self, $sql>()
            }
        }
        impl diesel::serialize::ToSql<$sql, $crate::db::MultiBackend> for $rust {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, $crate::db::MultiBackend>,
            ) -> diesel::serialize::Result {
                out.set_value(($make, self));
                Ok(diesel::serialize::IsNull::No)
            }
        }
    };
}

multi_type!(sql::UtcTime => sql::UtcTime, Time);

impl ToSql<sql::UtcTime, Sqlite> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.sortable());
        Ok(IsNull::No)
    }
}
impl FromSql<sql::UtcTime, Sqlite> for Time {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Time::parse(&text).ok_or_else(|| format!("not a time: {text}").into())
    }
}
impl ToSql<sql::UtcTime, Pg> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <DateTime<Utc> as ToSql<Timestamptz, Pg>>::to_sql(&self.utc(), &mut out.reborrow())
    }
}
impl FromSql<sql::UtcTime, Pg> for Time {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(value).map(Time::new)
    }
}

macro_rules! id_types {
    ($($id:ident)*) => {$(
        multi_type!(sql::Uid => sql::Uid, ids::$id);
        impl ToSql<sql::Uid, Sqlite> for ids::$id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.as_bytes().as_slice());
                Ok(IsNull::No)
            }
        }
        impl FromSql<sql::Uid, Sqlite> for ids::$id {
            fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
                Ok(Self(uuid::Uuid::from_slice(&bytes)?))
            }
        }
        impl ToSql<sql::Uid, Pg> for ids::$id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <uuid::Uuid as ToSql<diesel::sql_types::Uuid, Pg>>::to_sql(&self.0, &mut out.reborrow())
            }
        }
        impl FromSql<sql::Uid, Pg> for ids::$id {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                <uuid::Uuid as FromSql<diesel::sql_types::Uuid, Pg>>::from_sql(value).map(Self)
            }
        }
    )*};
}
id_types!(ActorId PersonId GroupId PostId ThreadId EntryId JobId MediaId ReportId NoticeId ActivityId LinkId PromotionId RowId);

/// A value kept as its JSON text. The text is ours or a peer's; nothing in SQL looks into it.
#[derive(Debug, Clone, PartialEq, Eq, Default, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Json(pub String);

impl Json {
    /// Writes a value as JSON.
    pub fn of<T: Serialize>(value: &T) -> crate::error::Result<Self> {
        serde_json::to_string(value).map(Self).map_err(crate::error::Error::internal)
    }

    /// Reads the value back.
    pub fn read<T: DeserializeOwned>(&self) -> crate::error::Result<T> {
        serde_json::from_str(&self.0).map_err(crate::error::Error::internal)
    }
}

multi_type!(Text => Text, Json);
impl ToSql<Text, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        <String as ToSql<Text, Sqlite>>::to_sql(&self.0, out)
    }
}
impl ToSql<Text, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <String as ToSql<Text, Pg>>::to_sql(&self.0, out)
    }
}
impl FromSql<Text, Sqlite> for Json {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, Sqlite>>::from_sql(value).map(Self)
    }
}
impl FromSql<Text, Pg> for Json {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, Pg>>::from_sql(value).map(Self)
    }
}

/// An enum stored as a word: declares it with the words, and maps it on both databases. An unknown word is an error, so
/// that nothing new is ever read as something known.
#[macro_export]
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word that stands for it in the database, in JSON and in forms.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one that a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        $crate::multi_type!(diesel::sql_types::Text => diesel::sql_types::Text, $name);
        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::sqlite::Sqlite> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>,
            ) -> diesel::serialize::Result {
                out.set_value(self.word());
                Ok(diesel::serialize::IsNull::No)
            }
        }
        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg>>::to_sql(
                    self.word(), &mut out.reborrow(),
                )
            }
        }
        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::sqlite::Sqlite> for $name {
            fn from_sql(
                value: diesel::sqlite::SqliteValue<'_, '_, '_>,
            ) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<
                    diesel::sql_types::Text, diesel::sqlite::Sqlite>>::from_sql(value)?;
                Self::from_word(&word).ok_or_else(|| format!("unknown {}: {word}", stringify!($name)).into())
            }
        }
        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<
                    diesel::sql_types::Text, diesel::pg::Pg>>::from_sql(value)?;
                Self::from_word(&word).ok_or_else(|| format!("unknown {}: {word}", stringify!($name)).into())
            }
        }
    };
}
