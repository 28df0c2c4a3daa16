//! `Native(query)`: any statement that both databases can render, run through the multi connection.
//!
//! Diesel's derive gives the multi connection no `ON CONFLICT` and no `UNION`; both databases have them, so the rendering is
//! handed to the backend that is there.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

use super::{Conn, MultiBackend};

/// A statement that both databases can render.
#[derive(Debug, Clone, Copy)]
pub struct Native<Q>(
    /// The statement.
    pub Q,
);

impl<Q: QueryFragment<Pg> + QueryFragment<Sqlite>> QueryFragment<MultiBackend> for Native<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}

impl<Q: QueryId> QueryId for Native<Q> {
    type QueryId = Q::QueryId;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: Query> Query for Native<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Native<Q> {}

/// The columns of a `Selectable` struct, for `returning(columns::<Row>())`, where `as_returning()` doesn't compile.
pub fn columns<T: Selectable<MultiBackend>>() -> T::SelectExpression {
    T::construct_selection()
}
