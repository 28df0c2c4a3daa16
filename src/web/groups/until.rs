//! Until when somebody is a member of a group: a form with the last day.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::membership::member_of;
use crate::clock::Time;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views::GroupPage;
use crate::ids::PersonId;
use crate::membership::ending;
use crate::policy::Act;
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::groups::head::{Found, Head};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::session::{Ctx, Visit};

#[derive(Template)]
#[template(path = "groups/until.html")]
struct UntilPage {
    page: Page,
    errors: FormErrors,
    until: String,
    back: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct UntilForm {
    until: String,
}

impl UntilForm {
    /// The moment that was meant; nothing when the field was left empty. An end that wasn't changed stays what it is, to the second.
    fn end(&self, kept: Option<Time>) -> DomainResult<Option<Time>> {
        let typed = self.until.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let end = kept.filter(|kept| kept.last_day() == typed).or_else(|| Time::end_of_day(typed));
        end.map(Some).ok_or_else(|| Error::field("until", "error-agreement-day"))
    }
}

fn page(visit: &Visit, found: GroupPage, who: &str, until: String, errors: FormErrors) -> UntilPage {
    let head = Head::new(visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("groups-until-title", &[("name", &who)]);
    UntilPage { page: head.page(visit, Some(title)), errors, until, back: head.link("/members") }
}

pub(super) async fn ask(ctx: Ctx, Path((name, person)): Path<(String, PersonId)>) -> Result<Response> {
    let (visit, (found, who, row)) =
        ctx.read_own(move |tx, by| member_of(tx, by, &name, person, Act::Admit)).await?;
    let until = row.until.map_or_else(String::new, Time::last_day);
    visit.show(&page(&visit, found, &who, until, FormErrors::default()))
}

pub(super) async fn set(
    ctx: Ctx,
    Path((name, person)): Path<(String, PersonId)>,
    Form(form): Form<UntilForm>,
) -> Result<Response> {
    let wanted = name.clone();
    let (visit, (found, who, row)) =
        ctx.read_own(move |tx, by| member_of(tx, by, &wanted, person, Act::Admit)).await?;
    let group = found.group.id;
    let done = match form.end(row.until) {
        Ok(until) => ctx.act(move |tx, by| ending::set_until(tx, by, group, person, until)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            let to = format!("/g/{name}/members");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-member-until", &who))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&page(&visit, found, &who, form.until, errors))
        }
    }
}
