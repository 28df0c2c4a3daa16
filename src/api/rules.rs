//! The rules about what may pass between this instance and others, over the API, to read. They change by `rule_changes` alone. It takes an
//! administrator's token with scope `admin`.
#![allow(
    unused_qualifications,
    reason = "the macro that describes a route writes the types of its parameters in full"
)]

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Administrator;
use super::error::Result;
use super::input::Json;
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::Result as DomainResult;
use crate::groups::face;
use crate::ids::{GroupId, RowId};
use crate::policy::federation::{Direction, Effect, Kind, Organisation};
use crate::policy::{Class, PeerState, Viewer};
use crate::rules::changes::Change;
use crate::rules::{Draft, RuleRow, views};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/rules", get(list))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list))]
    struct Part;
    Part::openapi()
}

/// Names of groups, of those that the viewer may know of.
pub(super) type Names = BTreeMap<GroupId, String>;

/// Looks up these names.
pub(super) fn names(
    tx: &mut Tx<'_>,
    viewer: Viewer,
    groups: impl IntoIterator<Item = GroupId>,
) -> DomainResult<Names> {
    let names = face::names(tx, viewer, groups)?;
    Ok(names.into_iter().map(|(id, named)| (id, named.name)).collect())
}

/// The group that a rule is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleGroup {
    id: Uuid,
    /// What addresses name it by; null for a closed group that doesn't show itself to the administrator, and for one that is gone.
    name: Option<String>,
}

impl RuleGroup {
    fn of(id: GroupId, names: &Names) -> Self {
        Self { id: id.0, name: names.get(&id).cloned() }
    }
}

/// A rule about what may pass between this instance and others. What it is null in it leaves open.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    id: Uuid,
    /// What it does: `allow`, `no-media`, `hide`, `read-only`, `hold` or `refuse`.
    effect: String,
    /// A host, or a domain with all names below it.
    host: Option<String>,
    /// Kind of organisation that runs the server: `gemeente`, `werkplein`, `uitvoerder`, `rijk`, `belangenorganisatie`, `bedrijf`,
    /// `particulier` or `unknown`.
    organisation: Option<String>,
    group: Option<RuleGroup>,
    /// Kind of thing: `topic`, `reply`, `reaction`, `report` or `join`.
    kind: Option<String>,
    /// Groups of this class: `openbaar`, `leden`, `vertrouwelijk` or `lokaal`.
    class: Option<String>,
    /// `in`, `out`, or `fetch` (what we read there ourselves).
    direction: Option<String>,
    /// Until when it counts; null: until it is ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    reason: String,
    /// Whether it counts now: its time isn't over.
    counts: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl Rule {
    fn of(row: &RuleRow, names: &Names, now: Time) -> Self {
        Self {
            id: row.id.0,
            effect: row.effect.clone(),
            host: row.host.clone(),
            organisation: row.organisation.clone(),
            group: row.group_id.map(|id| RuleGroup::of(id, names)),
            kind: row.kind.clone(),
            class: row.class.clone(),
            direction: row.direction.clone(),
            until: row.until,
            reason: row.reason.clone(),
            counts: row.counts(now),
            created_at: row.created_at,
        }
    }
}

/// One thing that is to change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub(super) enum RuleChangePart {
    /// A rule is made.
    AddRule { rule: ProposedRule },
    /// A rule is taken away.
    EndRule {
        id: Uuid,
        /// The rule; null when it is gone.
        rule: Option<Rule>,
    },
    /// It is decided about a server as a whole.
    SetServer {
        host: String,
        /// `open`, `limited` or `blocked`.
        #[schema(value_type = String)]
        state: PeerState,
    },
    /// It is noted who runs a server.
    SetOrganisation {
        host: String,
        #[schema(value_type = String)]
        organisation: Organisation,
    },
}

/// A rule that is to be made; see `Rule`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProposedRule {
    #[schema(value_type = String)]
    effect: Effect,
    host: Option<String>,
    #[schema(value_type = Option<String>)]
    organisation: Option<Organisation>,
    group: Option<RuleGroup>,
    #[schema(value_type = Option<String>)]
    kind: Option<Kind>,
    #[schema(value_type = Option<String>)]
    class: Option<Class>,
    #[schema(value_type = Option<String>)]
    direction: Option<Direction>,
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    reason: String,
}

impl ProposedRule {
    fn of(draft: &Draft, names: &Names) -> Self {
        Self {
            effect: draft.effect,
            host: draft.host.clone(),
            organisation: draft.organisation,
            group: draft.group.map(|id| RuleGroup::of(id, names)),
            kind: draft.kind,
            class: draft.class,
            direction: draft.direction,
            until: draft.until,
            reason: draft.reason.clone(),
        }
    }
}

/// What is to change, in the words of the API. `ended` are the rules that are to go.
pub(super) fn parts(
    tx: &mut Tx<'_>,
    viewer: Viewer,
    changes: &[Change],
    ended: &[(RowId, RuleRow)],
) -> DomainResult<Vec<RuleChangePart>> {
    let added = changes.iter().filter_map(|change| match change {
        Change::AddRule { rule } => rule.group,
        _ => None,
    });
    let groups: Vec<GroupId> = added.chain(ended.iter().filter_map(|(_, row)| row.group_id)).collect();
    let names = names(tx, viewer, groups)?;
    let (now, ended) = (tx.now, ended.iter().map(|(id, row)| (*id, row)).collect::<BTreeMap<_, _>>());
    let part = |change: &Change| match change {
        Change::AddRule { rule } => RuleChangePart::AddRule { rule: ProposedRule::of(rule, &names) },
        Change::EndRule { id } => {
            let row = ended.get(id);
            RuleChangePart::EndRule { id: id.0, rule: row.map(|row| Rule::of(row, &names, now)) }
        }
        Change::SetServer { host, state } => RuleChangePart::SetServer { host: host.clone(), state: *state },
        Change::SetOrganisation { host, organisation } => {
            RuleChangePart::SetOrganisation { host: host.clone(), organisation: *organisation }
        }
    };
    Ok(changes.iter().map(part).collect())
}

/// All rules.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Rules {
    rules: Vec<Rule>,
}

/// All rules, also those whose time is over, the newest first. The one that says most exactly what it is about decides, not the newest: first
/// by host, then by organisation, group, kind, class, direction; of two that say it equally exactly the stricter. What was decided about a
/// server as a whole stands in `/admin/peers`.
#[utoipa::path(
    get, path = "/admin/rules", tag = "admin", security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Rules), (status = 403)),
)]
async fn list(State(app): State<App>, Administrator(by): Administrator) -> Result<Json<Rules>> {
    let read = app.db.read(move |tx| {
        let rows = views::list(tx, by.viewer)?;
        let names = names(tx, by.viewer, rows.iter().filter_map(|row| row.group_id))?;
        let now = tx.now;
        let rules: Vec<Rule> = rows.iter().map(|row| Rule::of(row, &names, now)).collect();
        Ok(rules)
    });
    Ok(Json(Rules { rules: read.await? }))
}
