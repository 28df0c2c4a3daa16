//! Somebody who speaks to an instance through its API.

use reqwest::Method;
use serde_json::Value;
use vakplein::ids::PersonId;

use super::TestApp;

/// A member with a token, or somebody without one.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who it is.
    pub id: PersonId,
    /// Their name in addresses.
    pub name: String,
    /// Their token.
    pub token: Option<String>,
    base: String,
    http: reqwest::Client,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// Body as bytes.
    pub bytes: Vec<u8>,
    /// Body as text.
    pub text: String,
    /// Body as JSON, null when it isn't.
    pub json: Value,
}

impl Reply {
    pub(super) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Self { status, headers, bytes, text, json }
    }

    /// The JSON, after checking the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// The problem's word (the end of its `type`), after checking the status and that it is a problem document.
    #[track_caller]
    pub fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        assert_eq!(self.json["status"], status);
        self.json["type"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    /// A header, empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }
}

impl Member {
    pub(super) fn new(id: PersonId, name: &str, app: &TestApp, token: Option<String>) -> Self {
        Self { id, name: name.to_owned(), token, base: app.url("/api/v1"), http: app.http() }
    }

    /// `GET /api/v1{path}`.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// `POST /api/v1{path}`.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    /// `PATCH /api/v1{path}`.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// `PUT /api/v1{path}`.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// `DELETE /api/v1{path}`.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        Reply::of(request.send().await.unwrap()).await
    }
}
