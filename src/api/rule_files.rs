//! Rules in files over the API: reading what one would change, proposing that, and writing our own. All of it takes an administrator's token
//! with scope `admin`.
#![allow(
    unused_qualifications,
    reason = "the macro that describes a route writes the types of its parameters in full"
)]

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::auth::Administrator;
use super::error::{Result, texts};
use super::input::{Json, Path, Query};
use super::rule_changes::{RuleChange, made, one};
use super::rules::{RuleChangePart, parts};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::fediverse;
use crate::policy::Viewer;
use crate::rules::changes::acts;
use crate::rules::exchange::csv::{self, Meaning};
use crate::rules::exchange::{Read, file};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/rule-files", post(take)).route("/admin/rule-files/{format}", get(give))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(take, give))]
    struct Part;
    Part::openapi()
}

/// What kind of file.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum RuleFormat {
    /// A list of blocked and limited servers as Mastodon writes it (CSV), or one server a line.
    MastodonBlocks,
    /// A list of servers that may come (CSV), or one server a line.
    Allowed,
    /// A whole policy, signed by the instance that it comes from (JSON).
    VakpleinPolicy,
}

/// A file to read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RuleFileInput {
    format: RuleFormat,
    /// What stands in it, as it is.
    content: String,
    /// Why; also that of rules to which the file gives none. Needed to propose.
    #[serde(default)]
    #[schema(required = false)]
    reason: String,
}

/// What to do with it.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", default)]
struct RuleFileWanted {
    /// Proposes the change, too. Lines that can't be used are left out of it.
    propose: bool,
}

/// What a file would change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RuleFileRead {
    /// Whose policy it is, proven by its signature; null for lists.
    domain: Option<String>,
    /// What would change. Nothing of it ends a rule that the file doesn't speak of.
    changes: Vec<RuleChangePart>,
    /// How many lines say what is so already.
    same: usize,
    /// Lines that can't be used.
    wrong: Vec<RuleLineWrong>,
}

/// A line that can't be used.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RuleLineWrong {
    /// Counted from 1.
    line: usize,
    /// What is wrong with it.
    message: String,
}

/// A file of which is known what can be known without the database.
struct Given {
    input: RuleFileInput,
    /// Whose policy it is, and the policy.
    signed: Option<(String, serde_json::Value)>,
}

impl Given {
    /// Looks who signed it, if it is to be signed.
    async fn new(app: &App, viewer: Viewer, input: RuleFileInput) -> Result<Self> {
        let signed = match input.format {
            RuleFormat::VakpleinPolicy => Some(fediverse::read_policy(app, viewer, &input.content).await?),
            RuleFormat::MastodonBlocks | RuleFormat::Allowed => None,
        };
        Ok(Self { input, signed })
    }

    fn read(&self, tx: &mut Tx<'_>) -> DomainResult<Read> {
        let RuleFileInput { format, content, reason } = &self.input;
        match (format, &self.signed) {
            (RuleFormat::MastodonBlocks, _) => csv::read(tx, content, Meaning::Blocks, reason),
            (RuleFormat::Allowed, _) => csv::read(tx, content, Meaning::Allowed, reason),
            (RuleFormat::VakpleinPolicy, Some((_, policy))) => file::read(tx, policy),
            (RuleFormat::VakpleinPolicy, None) => Err(Error::field("content", "error-policy-file-proof")),
        }
    }
}

/// Reads a file: a list of servers, or another instance's policy, whose signature is checked. Tells what it would change; with `propose`, that is
/// proposed as a change of the rules, to be applied like any other.
#[utoipa::path(
    post, path = "/admin/rule-files", tag = "admin", params(RuleFileWanted), request_body = RuleFileInput,
    security(("bearer" = ["write", "admin"])),
    responses(
        (status = 200, description = "What the file would change.", body = RuleFileRead),
        (status = 201, description = "It is proposed.", body = RuleChange),
        (status = 400), (status = 403), (status = 504),
    ),
)]
async fn take(
    State(app): State<App>,
    Administrator(by): Administrator,
    Query(wanted): Query<RuleFileWanted>,
    headers: HeaderMap,
    Json(input): Json<RuleFileInput>,
) -> Result<Response> {
    let given = Given::new(&app, by.viewer, input).await?;
    if wanted.propose {
        let proposed = app.db.write(move |tx| {
            let read = given.read(tx)?;
            let id = acts::propose(tx, &by.actor, read.changes, &given.input.reason)?;
            one(tx, by.viewer, id)
        });
        return Ok(made(&app, proposed.await?)?.into_response());
    }
    let domain = given.signed.as_ref().map(|(domain, _)| domain.clone());
    let read = app.db.read(move |tx| {
        let Read { changes, same, wrong } = given.read(tx)?;
        Ok((parts(tx, by.viewer, &changes, &[])?, same, wrong))
    });
    let (changes, same, wrong) = read.await?;
    let texts = texts(&app, &headers);
    let told =
        |(line, key): (usize, &'static str)| RuleLineWrong { line, message: texts.t(key).into_owned() };
    let wrong = wrong.into_iter().map(told).collect();
    Ok(Json(RuleFileRead { domain, changes, same, wrong }).into_response())
}

/// Writes a file: `mastodon-blocks` and `allowed` as CSV, `vakplein-policy` as JSON, signed by this instance. Rules about single groups are in
/// none of them.
#[utoipa::path(
    get, path = "/admin/rule-files/{format}", tag = "admin",
    params(("format" = String, Path, description = "`mastodon-blocks`, `allowed` or `vakplein-policy`.")),
    security(("bearer" = ["read", "admin"])),
    responses((status = 200, content_type = "text/csv", body = String), (status = 404)),
)]
async fn give(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(format): Path<String>,
) -> Result<Response> {
    const CSV: &str = "text/csv; charset=utf-8";
    let viewer = by.viewer;
    let (kind, name, content) = match format.as_str() {
        "mastodon-blocks" => (CSV, "blocks.csv", app.db.read(move |tx| csv::write_blocks(tx, viewer)).await?),
        "allowed" => (CSV, "allowed.csv", app.db.read(move |tx| csv::write_allowed(tx, viewer)).await?),
        "vakplein-policy" => {
            ("application/json", "policy.json", fediverse::signed_policy(&app, viewer).await?)
        }
        _ => return Err(Error::NotFound.into()),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, content).into_response())
}
