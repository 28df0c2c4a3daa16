//! Files that people attach: what is accepted, where they are kept, who may see them. Owns `media` and the media folder.
//!
//! A file belongs to a post, or is a person's or group's picture, or waits for a day to become one of these. What it really
//! is, `files` tells from its bytes and makes fit to be shown. Pictures that stay elsewhere have a row without a file; they
//! are only shown through our proxy, made anew like uploads (see [`elsewhere`]).

pub mod acts;
mod authors;
pub mod elsewhere;
pub mod files;
mod images;
mod office;
mod pdf;
pub mod store;
pub mod views;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, schema};
use crate::ids::{MediaId, PersonId, PostId};
use crate::text_enum;

text_enum! {
    /// How a file is shown.
    MediaKind {
        /// As a picture in the page.
        Image = "image",
        /// As a link to download it.
        Document = "document",
    }
}

/// A file.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::media, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct MediaRow {
    /// Its id.
    pub id: MediaId,
    /// Who uploaded it; `None` for what stays elsewhere.
    pub owner_id: Option<PersonId>,
    /// To which post it belongs; `None` while it isn't posted, and for pictures of people and groups.
    pub post_id: Option<PostId>,
    /// Its place among the files of the post, from 0.
    pub position: i64,
    /// How it is shown.
    pub kind: MediaKind,
    /// The name it is downloaded as; for ours made of `[a-z0-9-]` and the right extension.
    pub name: String,
    /// Its media type; for what stays elsewhere what its origin says.
    pub media_type: String,
    /// Bytes; 0 for what stays elsewhere.
    pub size: i64,
    /// Pixels; 0 for documents and what stays elsewhere.
    pub width: i64,
    /// Pixels; 0 for documents and what stays elsewhere.
    pub height: i64,
    /// What is on the picture.
    pub alt: String,
    /// The picture only adorns: it has no alternative text (WCAG 2.2, 1.1.1).
    pub decorative: bool,
    /// Its name below the media folder; `None` for what stays elsewhere.
    pub file: Option<String>,
    /// The smaller picture's name below the media folder, when there is one.
    pub thumbnail: Option<String>,
    /// Where it is, for what stays elsewhere.
    pub remote_url: Option<String>,
    /// When it was uploaded or came to be known.
    pub created_at: Time,
}

impl MediaRow {
    /// Its names below the media folder.
    pub fn stored(&self) -> Vec<String> {
        self.file.iter().chain(&self.thumbnail).cloned().collect()
    }
}

/// What an uploader says about a picture. Documents need nothing: their name is shown.
#[derive(Debug, Clone, Default)]
pub struct Description {
    /// What is on the picture.
    pub alt: String,
    /// The picture only adorns.
    pub decorative: bool,
}

/// A file that was examined, rewritten and saved below the media folder, and has no row yet.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Its name below the media folder.
    pub file: String,
    /// The smaller picture's name, when there is one.
    pub thumbnail: Option<String>,
    /// How it is shown.
    pub kind: MediaKind,
    /// The name it is downloaded as.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Bytes.
    pub size: i64,
    /// Pixels; 0 for documents.
    pub width: i64,
    /// Pixels; 0 for documents.
    pub height: i64,
}
