//! A page that asks before something that can't be taken back, or that wants a reason.

use askama::Template;

use crate::web::page::{FormErrors, Page};

/// The page. Its form goes to `action` with the hidden fields, and with `reason` when that is asked for.
#[derive(Template, Debug)]
#[template(path = "parts/confirm.html")]
pub struct Confirm {
    /// The frame.
    pub page: Page,
    /// What will happen, in a sentence or two.
    pub text: String,
    /// What else will happen.
    pub points: Vec<String>,
    /// What it is about, as safe HTML; may be empty.
    pub quote_html: String,
    /// Where the form goes.
    pub action: String,
    /// Fields that the form carries.
    pub hidden: Vec<(String, String)>,
    /// Asks for the ground of a decision: the choices, of [`super::moderation::grounds`]; none: it doesn't.
    pub grounds: Vec<super::moderation::Ground>,
    /// Asks for a reason under this label; empty: it doesn't.
    pub reason_label: String,
    /// What to write there.
    pub reason_hint: String,
    /// What was written there.
    pub reason: String,
    /// What is wrong with it.
    pub errors: FormErrors,
    /// What the button says.
    pub submit: String,
    /// `primary` or `danger`.
    pub kind: &'static str,
    /// Where it leads back to.
    pub back: String,
}

impl Confirm {
    /// Asks for nothing but the button.
    pub fn new(page: Page, text: String, action: String, submit: String, back: String) -> Self {
        Self {
            page,
            text,
            points: Vec::new(),
            quote_html: String::new(),
            action,
            hidden: Vec::new(),
            grounds: Vec::new(),
            reason_label: String::new(),
            reason_hint: String::new(),
            reason: String::new(),
            errors: FormErrors::default(),
            submit,
            kind: "primary",
            back,
        }
    }
}
