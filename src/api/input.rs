//! What comes in and goes out: JSON bodies, query, parts of the path, pages of lists, created things.
//!
//! Everything that can't be read is 400, an id that isn't one is 404; never 422.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{Failed, Result};
use super::unreadable::{self, Unreadable};
use crate::db::page::{Cursor, Part, Slice};
use crate::error::Error;
use crate::policy::limits;

/// A JSON body, in either direction.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(
    /// What it holds.
    pub T,
);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let bytes = Bytes::from_request(request, state).await.map_err(|refused| {
            let refused = refused.into_response();
            if refused.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Failed::TooLarge
            } else {
                Unreadable::whole("error-read-body").into()
            }
        })?;
        read(&bytes).map(Self)
    }
}

/// Reads a JSON body.
///
/// # Errors
/// `Malformed` when it isn't JSON, or not what is asked for.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    unreadable::json(bytes).map_err(Failed::Malformed)
}

/// Tells null, which clears a value, from a value that was left out: for `deserialize_with` on a field with a default.
///
/// # Errors
/// When the value isn't of its type.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// The query of the address.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(
    /// What it holds.
    pub T,
);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|error| Unreadable::query(&error.body_text()).into())
    }
}

/// Parts of the path. What isn't an id names nothing.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(
    /// What it holds.
    pub T,
);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|_refused| Error::NotFound.into())
    }
}

/// Which part of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub struct Paging {
    /// The `next` of the page before; without it, the beginning.
    pub cursor: Option<String>,
    /// How many items at most, 1 to 100; 20 when left out.
    pub limit: Option<usize>,
}

impl Paging {
    /// Where to begin.
    ///
    /// # Errors
    /// `Invalid` when the cursor isn't one of ours.
    pub fn after(&self) -> Result<Option<Cursor>> {
        let read = |text: &str| Cursor::parse(text).ok_or_else(|| Error::field("cursor", "error-cursor"));
        Ok(self.cursor.as_deref().map(read).transpose()?)
    }

    /// Which part of a list to ask a view for.
    ///
    /// # Errors
    /// `Invalid` when the cursor or the limit can't be one.
    pub fn part(&self) -> Result<Part> {
        Ok(Part { after: self.after()?, size: self.size()? })
    }

    /// How many items.
    ///
    /// # Errors
    /// `Invalid` when it isn't from 1 to 100.
    pub fn size(&self) -> Result<usize> {
        match self.limit {
            None => Ok(limits::PAGE),
            Some(limit @ 1..=100) => Ok(limit),
            Some(_) => Err(Error::field("limit", "error-limit").into()),
        }
    }
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Pass this as `cursor` to get the next page; null at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page out of what a view gave.
    pub fn of<U>(slice: Slice<U>, each: impl FnMut(U) -> T) -> Json<Self> {
        let next = slice.next.map(Cursor::text);
        Json(Self { items: slice.items.into_iter().map(each).collect(), next })
    }

    /// A list that is always whole.
    pub fn whole(items: Vec<T>) -> Json<Self> {
        Json(Self { items, next: None })
    }
}

/// 201 with `Location` and what was made.
#[derive(Debug, Clone)]
pub struct Created<T>(
    /// Where it is, as a full address.
    pub String,
    /// What was made.
    pub T,
);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CREATED, axum::Json(self.1)).into_response();
        // Addresses of ours are ASCII; one that weren't would be left out rather than break the answer.
        if let Ok(location) = HeaderValue::from_str(&self.0) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// 204: it is done, and there is nothing to show.
#[derive(Debug, Clone, Copy)]
pub struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}
