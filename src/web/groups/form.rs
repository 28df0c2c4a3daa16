//! Making a group, changing it, closing it, deleting it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use crate::db::Tx;
use crate::error::{Error, FieldErrors, Result as DomainResult};
use crate::groups::views::{self, GroupPage};
use crate::groups::{GroupDraft, acts, draft};
use crate::ids::{GroupId, MediaId};
use crate::people::attempts;
use crate::policy::rates::Limit;
use crate::policy::{Act, Actor, Class, Joining, Posting, Viewer};
use crate::web::confirm::Confirm;
use crate::web::error::{Fault, Outcome, Result};
use crate::web::form::{Button, File, Press, Upload};
use crate::web::groups::head::{Found, Head};
use crate::web::page::{FormErrors, Page, Section, Tone};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;
use crate::web::{media_url, uploads};
use crate::{media, membership};

/// Names of the eight colours.
const COLOURS: [&str; 8] = [
    "groups-colour-1",
    "groups-colour-2",
    "groups-colour-3",
    "groups-colour-4",
    "groups-colour-5",
    "groups-colour-6",
    "groups-colour-7",
    "groups-colour-8",
];

/// What is filled in.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    name: String,
    title: String,
    mission: String,
    description: String,
    rules: String,
    class: String,
    face: bool,
    joining: String,
    posting: String,
    emblem: Option<MediaId>,
    remove_emblem: bool,
    #[serde(rename = "emblemAlt")]
    emblem_alt: String,
    colour: i64,
    /// The page that tells who holds copies was seen.
    #[serde(rename = "confirmCopies")]
    confirm_copies: bool,
}

impl Default for Filled {
    fn default() -> Self {
        Self::from(&GroupDraft::default())
    }
}

impl From<&GroupDraft> for Filled {
    fn from(draft: &GroupDraft) -> Self {
        Self {
            name: draft.name.clone(),
            title: draft.title.clone(),
            mission: draft.mission.clone(),
            description: draft.description.clone(),
            rules: draft.rules.clone(),
            class: draft.class.word().to_owned(),
            face: draft.face,
            joining: draft.joining.word().to_owned(),
            posting: draft.posting.word().to_owned(),
            emblem: draft.emblem,
            remove_emblem: false,
            emblem_alt: draft.emblem_alt.clone(),
            colour: draft.colour,
            confirm_copies: false,
        }
    }
}

impl Filled {
    /// The draft that this makes of a group that was so before.
    fn draft(&self, before: GroupDraft) -> DomainResult<GroupDraft> {
        let mut errors = FieldErrors::default();
        let class = Class::from_word(&self.class);
        let joining = Joining::from_word(&self.joining);
        let posting = Posting::from_word(&self.posting);
        if class.is_none() {
            errors.add("class", "error-choice");
        }
        if joining.is_none() {
            errors.add("joining", "error-joining-missing");
        }
        if posting.is_none() {
            errors.add("posting", "error-posting-missing");
        }
        errors.into_result()?;
        Ok(GroupDraft {
            name: self.name.trim().to_lowercase(),
            title: self.title.clone(),
            mission: self.mission.clone(),
            description: self.description.clone(),
            rules: self.rules.clone(),
            emblem: self.emblem,
            emblem_alt: self.emblem_alt.clone(),
            colour: self.colour,
            class: class.unwrap_or(Class::Lokaal),
            joining: joining.unwrap_or(Joining::Invite),
            posting: posting.unwrap_or(Posting::Members),
            face: self.face,
            ..before
        })
    }

    /// All of it as hidden fields, for a page that asks before it is sent once more; that was then seen.
    fn hidden(&self) -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> = [
            ("title", &self.title),
            ("mission", &self.mission),
            ("description", &self.description),
            ("rules", &self.rules),
            ("class", &self.class),
            ("joining", &self.joining),
            ("posting", &self.posting),
            ("emblemAlt", &self.emblem_alt),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
        let mut add = |name: &str, value: String| fields.push((name.to_owned(), value));
        add("colour", self.colour.to_string());
        add("confirmCopies", "1".to_owned());
        if self.face {
            add("face", "1".to_owned());
        }
        if let Some(emblem) = self.emblem {
            add("emblem", emblem.to_string());
        }
        fields
    }
}

/// A class that a group can have.
struct Choice {
    word: &'static str,
    /// The first one has the field's own, so that a list of errors leads to it.
    id: String,
    label: String,
    /// Who reads it, and where it may go.
    hint: String,
    chosen: bool,
}

/// The classes that a group can have which has this one now: it gets stricter, never the other way.
fn choices(visit: &Visit, from: Class, chosen: &str) -> Vec<Choice> {
    let choice = |class: &Class| Choice {
        word: class.word(),
        id: if *class == from { "class".to_owned() } else { format!("class-{class}") },
        label: shown::class_word(&visit.texts, *class),
        hint: visit.texts.t(&format!("groups-class-{class}")).into_owned(),
        chosen: class.word() == chosen,
    };
    Class::ALL.iter().filter(|class| **class >= from).map(choice).collect()
}

#[derive(Template)]
#[template(path = "groups/form.html")]
struct GroupForm {
    page: Page,
    lead: String,
    errors: FormErrors,
    form: Filled,
    is_new: bool,
    is_archived: bool,
    domain: String,
    classes: Vec<Choice>,
    /// Address of the picture of now; empty when there is none.
    emblem: String,
    /// The colours, as (number, key of the name).
    colours: Vec<(i64, &'static str)>,
    submit: String,
    back: String,
    archive: String,
    unarchive: String,
    delete: String,
}

impl GroupForm {
    fn new(visit: &Visit, form: Filled, errors: FormErrors) -> Self {
        let t = |key: &str| visit.texts.t(key).into_owned();
        let title = t("groups-new-title");
        Self {
            page: visit
                .page(title.clone())
                .section(Section::Groups)
                .crumb(t("groups-title"), "/groups")
                .crumb(title, ""),
            lead: t("groups-new-lead"),
            errors,
            is_new: true,
            is_archived: false,
            domain: visit.ctx.app.urls.domain().to_owned(),
            classes: choices(visit, Class::Openbaar, &form.class),
            emblem: form.emblem.map(media_url).unwrap_or_default(),
            form,
            colours: (1..).zip(COLOURS).collect(),
            submit: t("groups-new-submit"),
            back: "/groups".to_owned(),
            archive: String::new(),
            unarchive: String::new(),
            delete: String::new(),
        }
    }

    fn settings(visit: &Visit, found: GroupPage, form: Filled, errors: FormErrors) -> Self {
        let found = Found { page: found, requests: 0 };
        let head = Head::new(visit, &found);
        let title = visit.texts.t_with("groups-settings-title", &[("name", &head.group.title)]);
        let lead = if head.is_open { "groups-settings-lead" } else { "groups-settings-lead-closed" };
        Self {
            page: head.page(visit, Some(title)),
            lead: visit.texts.t(lead).into_owned(),
            classes: choices(visit, found.page.group.class, &form.class),
            is_new: false,
            is_archived: head.is_archived,
            submit: visit.texts.t("form-save").into_owned(),
            back: head.group.url.clone(),
            archive: head.link("/archive"),
            unarchive: head.link("/unarchive"),
            delete: head.link("/delete"),
            ..Self::new(visit, form, errors)
        }
    }
}

pub(super) async fn new(ctx: Ctx) -> Result<Response> {
    let (visit, ()) = ctx.read_own(acts::may_make).await?;
    visit.show(&GroupForm::new(&visit, Filled::default(), FormErrors::default()))
}

pub(super) async fn create(ctx: Ctx, upload: Upload<Filled>) -> Result<Response> {
    let mut form = upload.input;
    match try_create(&ctx, &mut form, upload.files.first()).await {
        Ok(name) => Ok(ctx.redirect_saying(&format!("/g/{name}"), Tone::Ok, "flash-group-created")),
        Err(Fault::Domain(error)) => {
            let outcome = Outcome::of(&error);
            let visit = ctx.visit().await?;
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &GroupForm::new(&visit, form, errors))
        }
        Err(fault) => Err(fault),
    }
}

async fn try_create(ctx: &Ctx, form: &mut Filled, file: Option<&File>) -> Result<String> {
    keep_emblem(ctx, form, file).await?;
    let draft = draft::named(form.draft(GroupDraft::default())?);
    let draft = draft::rendered(draft, &ctx.app.markdown);
    // Keys cost a while to make: not for a group that can't be.
    let asked = draft.clone();
    ctx.read_own(move |tx, by| acts::check_new(tx, Some(by), &asked, false)).await?;
    let limited = ctx.limited();
    ctx.act(move |tx, by| attempts::by_person(tx, limited, Limit::AccountGroups, by)).await?;
    let keys = ctx.app.make_keys().await?;
    let name = draft.name.clone();
    ctx.act(move |tx, by| acts::create(tx, by, &draft, &keys)).await?;
    Ok(name)
}

/// Stores a picture that was sent, so that it is kept when something else in the form is wrong.
async fn keep_emblem(ctx: &Ctx, form: &mut Filled, file: Option<&File>) -> DomainResult<()> {
    if form.remove_emblem {
        form.emblem = None;
        form.remove_emblem = false;
    }
    let Some(file) = file else { return Ok(()) };
    let alt = form.emblem_alt.trim().to_owned();
    let description = media::Description { decorative: alt.is_empty(), alt };
    let row = uploads::store(ctx, file, description).await?;
    if row.kind != media::MediaKind::Image {
        return Err(Error::field("file", "error-emblem-kind"));
    }
    form.emblem = Some(row.id);
    Ok(())
}

/// The group, for those who may change it.
fn to_change(tx: &mut Tx<'_>, by: &Actor, name: &str, act: Act) -> DomainResult<GroupPage> {
    let group = views::find(tx, name)?;
    membership::standing(tx, by, group)?.may(act)?;
    views::by_id(tx, &Viewer::Member { id: by.person, admin: false }, group)
}

pub(super) async fn settings(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    let (visit, found) = ctx.read_own(move |tx, by| to_change(tx, by, &name, Act::EditGroup)).await?;
    let form = Filled::from(&GroupDraft::from(&found.group));
    visit.show(&GroupForm::settings(&visit, found, form, FormErrors::default()))
}

pub(super) async fn save(ctx: Ctx, Path(name): Path<String>, upload: Upload<Filled>) -> Result<Response> {
    let wanted = name.clone();
    let (visit, found) = ctx.read_own(move |tx, by| to_change(tx, by, &wanted, Act::EditGroup)).await?;
    let mut form = upload.input;
    match try_save(&ctx, &found, &mut form, upload.files.first()).await {
        Ok(None) => Ok(ctx.redirect_saying(&format!("/g/{name}"), Tone::Ok, "flash-group-saved")),
        Ok(Some(hosts)) => visit.show(&raising(&visit, found, &form, hosts)),
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&GroupForm::settings(&visit, found, form, errors))
        }
    }
}

/// Changes a group; when that makes it stricter, and whoever does it hasn't seen yet who holds copies, it only tells that.
async fn try_save(
    ctx: &Ctx,
    found: &GroupPage,
    form: &mut Filled,
    file: Option<&File>,
) -> DomainResult<Option<Vec<String>>> {
    keep_emblem(ctx, form, file).await?;
    let draft = draft::rendered(form.draft(GroupDraft::from(&found.group))?, &ctx.app.markdown);
    let (group, confirmed) = (found.group.id, form.confirm_copies);
    ctx.act(move |tx, by| {
        if !confirmed && let Some(hosts) = acts::raises(tx, by, group, &draft)? {
            return Ok(Some(hosts));
        }
        acts::edit(tx, by, group, &draft)?;
        Ok(None)
    })
    .await
}

/// The page that asks before a group is made stricter: what was copied before stays where it is.
fn raising(visit: &Visit, found: GroupPage, form: &Filled, hosts: Vec<String>) -> Confirm {
    let was_open = found.group.class == Class::Openbaar;
    let head = Head::new(visit, &Found { page: found, requests: 0 });
    let t = |key: &str| visit.texts.t(key).into_owned();
    let title = visit.texts.t_with("groups-raise-title", &[("name", &head.group.title)]);
    let mut points = vec![t(&format!("groups-class-{}", form.class)), t("groups-raise-for-good")];
    if was_open {
        points.push(t("groups-raise-was-open"));
        points.push(t("links-raise"));
    }
    if hosts.is_empty() {
        points.push(t("groups-raise-no-hosts"));
    } else {
        points.push(t("groups-raise-hosts"));
        points.extend(hosts);
    }
    let mut confirm = Confirm::new(
        head.page(visit, Some(title)),
        t("groups-raise-text"),
        head.link("/settings"),
        t("groups-raise"),
        head.link("/settings"),
    );
    confirm.points = points;
    confirm.hidden = form.hidden();
    confirm
}

/// What closing, opening and deleting have in common: a page that asks.
async fn ask(ctx: Ctx, name: String, what: &str, points: &[&str], danger: bool) -> Result<Response> {
    let (visit, found) = ctx.read_own(move |tx, by| to_change(tx, by, &name, Act::CloseGroup)).await?;
    let head = Head::new(&visit, &Found { page: found, requests: 0 });
    let t = |key: &str| visit.texts.t(key).into_owned();
    let title = visit.texts.t_with(&format!("groups-{what}-title"), &[("name", &head.group.title)]);
    let mut confirm = Confirm::new(
        head.page(&visit, Some(title)),
        t(&format!("groups-{what}-text")),
        head.link(&format!("/{what}")),
        t(&format!("groups-{what}")),
        head.link("/settings"),
    );
    confirm.points = points.iter().map(|key| t(key)).collect();
    if danger {
        confirm.kind = "danger";
    }
    visit.show(&confirm)
}

type Change = fn(&mut Tx<'_>, &Actor, GroupId) -> DomainResult<()>;

async fn change(ctx: &Ctx, name: String, change: Change) -> Result<()> {
    ctx.act(move |tx, by| {
        let group = views::find(tx, &name)?;
        change(tx, by, group)
    })
    .await?;
    Ok(())
}

pub(super) async fn archiving(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    ask(ctx, name, "archive", &[], false).await
}

pub(super) async fn archive(ctx: Ctx, Path(name): Path<String>, _button: Press<Button>) -> Result<Response> {
    change(&ctx, name.clone(), acts::archive).await?;
    Ok(ctx.redirect_saying(&format!("/g/{name}"), Tone::Ok, "flash-group-archived"))
}

pub(super) async fn unarchiving(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    ask(ctx, name, "unarchive", &[], false).await
}

pub(super) async fn unarchive(
    ctx: Ctx,
    Path(name): Path<String>,
    _button: Press<Button>,
) -> Result<Response> {
    change(&ctx, name.clone(), acts::unarchive).await?;
    Ok(ctx.redirect_saying(&format!("/g/{name}"), Tone::Ok, "flash-group-unarchived"))
}

pub(super) async fn deleting(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    let points = ["groups-delete-point-1", "groups-delete-point-2", "groups-delete-point-3"];
    ask(ctx, name, "delete", &points, true).await
}

pub(super) async fn delete(ctx: Ctx, Path(name): Path<String>, _button: Press<Button>) -> Result<Response> {
    change(&ctx, name, acts::delete).await?;
    Ok(ctx.redirect_saying("/groups", Tone::Ok, "flash-group-deleted"))
}
