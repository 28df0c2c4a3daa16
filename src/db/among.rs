//! `among(column, values)`: one of many values, as a statement that is prepared once.
//!
//! Diesel's `eq_any` writes as many places as there are values and so can't keep the statement on SQLite: each list of topics would
//! prepare half a dozen statements anew, which takes longer than running them. Here the number of places is rounded up, and the
//! last value stands in those that are left.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, SingleValue};

/// Whether a column has one of these values. Callers that may have more than [`VALUES`](super::VALUES) ask in parts.
pub fn among<E, T>(column: E, values: impl IntoIterator<Item = T>) -> Among<E, E::SqlType, T>
where
    E: Expression,
    E::SqlType: SingleValue,
{
    Among { column, values: values.into_iter().collect(), kind: PhantomData }
}

/// See [`among`].
#[derive(Debug, Clone)]
pub struct Among<E, ST, T> {
    column: E,
    values: Vec<T>,
    kind: PhantomData<ST>,
}

impl<E, ST, T> Expression for Among<E, ST, T>
where
    E: Expression,
{
    type SqlType = Bool;
}

impl<E, ST, T, QS> AppearsOnTable<QS> for Among<E, ST, T>
where
    E: AppearsOnTable<QS>,
    Self: Expression,
{
}

impl<E, ST, T, QS> SelectableExpression<QS> for Among<E, ST, T>
where
    E: SelectableExpression<QS>,
    Self: AppearsOnTable<QS>,
{
}

impl<E, ST, T, GB> ValidGrouping<GB> for Among<E, ST, T>
where
    E: ValidGrouping<GB>,
{
    type IsAggregate = E::IsAggregate;
}

impl<E, ST, T> QueryId for Among<E, ST, T> {
    type QueryId = ();
    // The text of the statement tells them apart: it depends on how many values there are.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<E, ST, T, DB> QueryFragment<DB> for Among<E, ST, T>
where
    DB: Backend + HasSqlType<ST>,
    E: QueryFragment<DB>,
    T: ToSql<ST, DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some(last) = self.values.last() else {
            pass.push_sql("1=0");
            return Ok(());
        };
        self.column.walk_ast(pass.reborrow())?;
        pass.push_sql(" IN (");
        for place in 0..self.values.len().next_power_of_two() {
            if place > 0 {
                pass.push_sql(", ");
            }
            pass.push_bind_param::<ST, T>(self.values.get(place).unwrap_or(last))?;
        }
        pass.push_sql(")");
        Ok(())
    }
}
