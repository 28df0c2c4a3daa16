//! What others see of a member: name, picture, a few words.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{frame, tabs};
use crate::error::{Error, FieldErrors, Result as DomainResult};
use crate::ids::MediaId;
use crate::media::Description;
use crate::people::profile::{self, ProfileDraft};
use crate::people::{self, PersonRow};
use crate::web::error::{Outcome, Result};
use crate::web::form::Upload;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::Ctx;
use crate::web::{media_url, uploads};

const HERE: &str = "/settings";

#[derive(Template)]
#[template(path = "settings/profile.html")]
struct ProfilePage {
    page: Page,
    tabs: Vec<Tab>,
    errors: FormErrors,
    input: Input,
    /// Address of the picture that there is now.
    avatar: Option<String>,
}

#[derive(Default, Clone, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Input {
    display_name: String,
    bio: String,
    employer: String,
    function: String,
    avatar_alt: String,
    remove_avatar: bool,
    discoverable: bool,
}

impl From<&PersonRow> for Input {
    fn from(person: &PersonRow) -> Self {
        Self {
            display_name: person.display_name.clone(),
            bio: person.bio.clone(),
            employer: person.employer.clone(),
            function: person.function.clone(),
            avatar_alt: person.avatar_alt.clone(),
            remove_avatar: false,
            discoverable: person.discoverable,
        }
    }
}

pub(super) async fn show(ctx: Ctx) -> Result<Response> {
    show_with(&ctx, None).await
}

async fn show_with(ctx: &Ctx, refused: Option<(Error, Input)>) -> Result<Response> {
    let (visit, person) = ctx.read_own(|tx, by| people::find(tx, by.person)).await?;
    let (outcome, errors, input) = match refused {
        None => (Outcome::OK, FormErrors::default(), Input::from(&person)),
        Some((error, input)) => (Outcome::of(&error), visit.problems(error)?, input),
    };
    let (page, tabs) = (frame(&visit, "settings-profile"), tabs(&visit, HERE));
    let avatar = person.avatar_id.map(media_url);
    visit.show_as(outcome, &ProfilePage { page, tabs, errors, input, avatar })
}

pub(super) async fn save(ctx: Ctx, upload: Upload<Input>) -> Result<Response> {
    let input = upload.input.clone();
    match change(&ctx, upload).await {
        Ok(()) => Ok(ctx.redirect_saying(HERE, Tone::Ok, "flash-saved")),
        Err(error) => show_with(&ctx, Some((error, input))).await,
    }
}

async fn change(ctx: &Ctx, upload: Upload<Input>) -> DomainResult<()> {
    let old = ctx.act(|tx, by| people::find(tx, by.person)).await?;
    let file = upload.file("file").cloned();
    let input = upload.input;
    let avatar = old.avatar_id.filter(|_| !input.remove_avatar);
    let draft = ProfileDraft {
        display_name: input.display_name,
        bio: input.bio,
        employer: input.employer,
        function: input.function,
        discoverable: input.discoverable,
        avatar,
        avatar_alt: input.avatar_alt,
        ..ProfileDraft::of(&old)
    };
    let mut draft = profile::rendered(draft, &ctx.app.markdown);
    // All that is wrong is told at once, with the picture too.
    let mut errors = FieldErrors::default();
    errors.gather(profile::check(&draft))?;
    if let Some(file) = file {
        let stored = picture(ctx, &file, &draft.avatar_alt).await;
        draft.avatar = errors.gather(stored)?;
    }
    errors.into_result()?;
    ctx.act(move |tx, by| profile::edit(tx, by, &draft).map(|_person| ())).await
}

async fn picture(ctx: &Ctx, file: &crate::web::form::File, alt: &str) -> DomainResult<MediaId> {
    if alt.trim().is_empty() {
        return Err(Error::field("avatarAlt", "error-avatar-alt-missing"));
    }
    let description = Description { alt: alt.to_owned(), decorative: false };
    Ok(uploads::store(ctx, file, description).await?.id)
}
