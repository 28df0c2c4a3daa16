//! Reporting a post, a person or a group: for members and for visitors without an account.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;

use crate::db::Tx;
use crate::error::{Error, FieldErrors, Result as DomainResult};
use crate::groups::face;
use crate::ids::{GroupId, PostId};
use crate::moderation::{Category, ReportDraft, acts};
use crate::people::byline::{self, Byline};
use crate::policy::{Actor, Viewer};
use crate::threads::views as threads;
use crate::urls::Urls;
use crate::web::error::{Outcome, Result};
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// What is reported, and what is said about it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    post: Option<PostId>,
    /// `name`, `name@host` or an id.
    person: String,
    group: Option<GroupId>,
    category: String,
    reason: String,
    name: String,
    email: String,
    forward: bool,
}

/// What is reported, looked up.
struct About {
    /// In words; the reader's language comes later.
    what: What,
    /// A post's text.
    html: String,
    /// Where one was.
    back: String,
    /// The other server that could be told; empty when there is none.
    elsewhere: String,
    person: Option<std::sync::Arc<Byline>>,
    title: String,
}

enum What {
    Post,
    Person,
    Group,
}

fn about(tx: &mut Tx<'_>, viewer: &Viewer, filled: &Filled) -> DomainResult<About> {
    if let Some(post) = filled.post {
        let found = threads::post(tx, viewer, post)?;
        let author = &found.post.author;
        let elsewhere = match (author.local, found.group.local) {
            (false, _) => author.host.clone(),
            (true, false) => found.group.host.clone(),
            (true, true) => String::new(),
        };
        return Ok(About {
            what: What::Post,
            html: found.post.html.clone(),
            back: Urls::place(found.thread.id, post),
            elsewhere,
            person: Some(std::sync::Arc::clone(author)),
            title: found.thread.title,
        });
    }
    if !filled.person.is_empty() {
        let id = byline::find(tx, &filled.person)?;
        let person = byline::of(tx, [id])?.remove(&id).ok_or(Error::NotFound)?;
        return Ok(About {
            what: What::Person,
            html: String::new(),
            back: shown::person_url(&person),
            elsewhere: if person.local { String::new() } else { person.host.clone() },
            person: Some(person),
            title: String::new(),
        });
    }
    let group = face::known(tx, viewer, filled.group.ok_or(Error::NotFound)?)?;
    Ok(About {
        what: What::Group,
        html: String::new(),
        back: format!("/g/{}", group.local_name()),
        elsewhere: if group.local { String::new() } else { group.host },
        person: None,
        title: group.title,
    })
}

#[derive(Template)]
#[template(path = "moderation/report.html")]
struct Report {
    page: Page,
    errors: FormErrors,
    form: Filled,
    about: String,
    quote_html: String,
    hidden: Vec<(&'static str, String)>,
    /// Words and what they are called.
    categories: Vec<(&'static str, String)>,
    elsewhere: String,
    back: String,
}

fn page(visit: &Visit, about: About, form: Filled, errors: FormErrors) -> Report {
    let texts = &visit.texts;
    let name = about.person.as_ref().map(|who| shown::person(texts, who).name).unwrap_or_default();
    let (title, words) = match about.what {
        What::Post => {
            ("report-post", texts.t_with("report-about-post", &[("name", &name), ("title", &about.title)]))
        }
        What::Person => ("report-person", texts.t_with("report-about-person", &[("name", &name)])),
        What::Group => ("report-group", texts.t_with("report-about-group", &[("title", &about.title)])),
    };
    let mut hidden = Vec::new();
    hidden.extend(form.post.map(|id| ("post", id.to_string())));
    hidden.extend(form.group.map(|id| ("group", id.to_string())));
    if !form.person.is_empty() {
        hidden.push(("person", form.person.clone()));
    }
    let categories = Category::ALL
        .iter()
        .filter(|category| **category != Category::Objection)
        .map(|category| (category.word(), texts.t(&format!("report-category-{category}")).into_owned()))
        .collect();
    let mut frame = visit.page_of(title).crumb(texts.t(title), "");
    frame.noindex = true;
    Report {
        page: frame,
        errors,
        form,
        about: words,
        quote_html: about.html,
        hidden,
        categories,
        elsewhere: about.elsewhere,
        back: about.back,
    }
}

pub(super) async fn ask(ctx: Ctx, Query(form): Query<Filled>) -> Result<Response> {
    let wanted = form.clone();
    let (visit, about) = ctx.read(move |tx, viewer| about(tx, &viewer, &wanted)).await?;
    visit.show(&page(&visit, about, form, FormErrors::default()))
}

pub(super) async fn send(ctx: Ctx, Form(form): Form<Filled>) -> Result<Response> {
    let wanted = form.clone();
    let (visit, about) = ctx.read(move |tx, viewer| about(tx, &viewer, &wanted)).await?;
    match store(&visit, form.clone()).await {
        Ok(()) => Ok(ctx.redirect_saying(&about.back, Tone::Ok, "flash-report-sent")),
        Err(error) => {
            let outcome = Outcome::of(&error);
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &page(&visit, about, form, errors))
        }
    }
}

async fn store(visit: &Visit, form: Filled) -> DomainResult<()> {
    let mut errors = FieldErrors::default();
    let category = Category::from_word(&form.category);
    // Without a category the act can't be asked what else is wrong.
    if category.is_none() {
        errors.add("category", "error-report-category");
        if form.reason.trim().is_empty() {
            errors.add("reason", "error-report-reason");
        }
    }
    errors.into_result()?;
    let category = category.ok_or(Error::NotFound)?;
    let by = visit.member.as_ref().map(|member| Actor::here(member.person));
    let limited = visit.ctx.limited();
    let address = visit.ctx.client.to_string();
    visit
        .ctx
        .app
        .db
        .write(move |tx| {
            if limited {
                acts::count(tx, by.as_ref(), &address, &form.email)?;
            }
            let draft = ReportDraft {
                group: form.group,
                post: form.post,
                person: if form.person.is_empty() { None } else { Some(byline::find(tx, &form.person)?) },
                category,
                reason: form.reason.clone(),
                reporter_name: form.name.clone(),
                reporter_email: form.email.clone(),
                forward: form.forward,
                ..ReportDraft::default()
            };
            acts::report(tx, by.as_ref(), &draft).map(|_row| ())
        })
        .await?;
    visit.ctx.app.wake.notify_one();
    Ok(())
}
