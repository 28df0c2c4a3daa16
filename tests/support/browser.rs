//! A browser for tests of pages: it keeps cookies, fills in forms, and follows no redirect by itself.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::Method;
use scraper::{Html, Selector};

use super::{Reply, TestApp};

/// A browser.
pub struct Browser {
    base: String,
    http: reqwest::Client,
    cookies: Mutex<BTreeMap<String, String>>,
    // The page that was last shown; forms are taken from it.
    page: Mutex<String>,
}

impl Browser {
    pub(super) fn new(app: &TestApp) -> Self {
        Self { base: app.url(""), http: app.http(), cookies: Mutex::default(), page: Mutex::default() }
    }

    /// Another window of a browser, with the page that it was shown before.
    pub fn showing(browser: &Self, page: &Reply) -> Self {
        Self {
            base: browser.base.clone(),
            http: browser.http.clone(),
            cookies: Mutex::new(browser.cookies.lock().unwrap().clone()),
            page: Mutex::new(page.text.clone()),
        }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, &[]).await
    }

    /// Opens a page and whatever it redirects to, at most ten times.
    pub async fn follow(&self, path: &str) -> Reply {
        let mut reply = self.get(path).await;
        for _ in 0..10 {
            if !(300..400).contains(&reply.status) {
                break;
            }
            let to = reply.location().strip_prefix(&self.base).unwrap_or(reply.location()).to_owned();
            reply = self.get(&to).await;
        }
        reply
    }

    /// Sends fields to an address, without a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.send(Method::POST, path, Some(encode(&fields)), &[]).await
    }

    /// Sends a body of another type, such as `multipart/form-data`.
    pub async fn post_body(&self, path: &str, content_type: &str, body: Vec<u8>) -> Reply {
        self.send(Method::POST, path, Some(body), &[("content-type", content_type)]).await
    }

    /// Sends an ordinary form's body with further headers, such as the page that it comes from.
    pub async fn post_from(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Reply {
        self.send(Method::POST, path, Some(body), headers).await
    }

    /// Fills in the form of the last page whose `action` is this (or `selector`, when it contains no slash) and sends it:
    /// what the page filled in stays, hidden fields included, and these fields are added or replaced.
    pub async fn submit(&self, form: &str, fields: &[(&str, &str)]) -> Reply {
        let (action, values) = {
            let page = self.page.lock().unwrap();
            read_form(&page, form).unwrap_or_else(|| panic!("no form {form} on the page:\n{page}"))
        };
        let mut values: Vec<(String, String)> =
            values.into_iter().filter(|(name, _)| !fields.iter().any(|(other, _)| other == name)).collect();
        values.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.send(Method::POST, &action, Some(encode(&values)), &[]).await
    }

    /// The texts of what a CSS selector finds on the last page.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.page.lock().unwrap());
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector)
            .map(|found| found.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// An attribute of each element that a CSS selector finds on the last page.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.page.lock().unwrap());
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).filter_map(|found| found.attr(name)).map(str::to_owned).collect()
    }

    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Sets a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        let mut request =
            self.http.request(method, format!("{}{path}", self.base)).header("accept", "text/html");
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(body) = body {
            if !headers.iter().any(|(name, _)| *name == "content-type") {
                request = request.header("content-type", "application/x-www-form-urlencoded");
            }
            request = request.header("origin", &self.base).header("sec-fetch-site", "same-origin").body(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = Reply::of(request.send().await.unwrap()).await;
        self.keep(&reply);
        reply
    }

    fn keep(&self, reply: &Reply) {
        let mut cookies = self.cookies.lock().unwrap();
        for value in reply.headers.get_all("set-cookie") {
            let value = value.to_str().unwrap();
            let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() || attributes.to_ascii_lowercase().contains("max-age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if reply.header("content-type").starts_with("text/html") {
            self.page.lock().unwrap().clone_from(&reply.text);
        }
    }
}

fn encode(fields: &[(String, String)]) -> Vec<u8> {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// Where a form goes and what is filled in, as a browser would send it.
fn read_form(page: &str, wanted: &str) -> Option<(String, Vec<(String, String)>)> {
    let page = Html::parse_document(page);
    let selector =
        if wanted.starts_with('/') { format!("form[action=\"{wanted}\"]") } else { wanted.to_owned() };
    let form = page.select(&Selector::parse(&selector).ok()?).next()?;
    let mut values = Vec::new();
    for field in form.select(&Selector::parse("input[name], textarea[name], select[name]").ok()?) {
        let element = field.value();
        let name = element.attr("name")?.to_owned();
        if element.attr("disabled").is_some() {
            continue;
        }
        let value = match element.name() {
            "textarea" => Some(field.text().collect::<String>()),
            "select" => {
                let option = |selector: &str| {
                    let option = field.select(&Selector::parse(selector).ok()?).next()?;
                    Some(option.attr("value").map_or_else(|| option.text().collect(), str::to_owned))
                };
                option("option[selected]").or_else(|| option("option"))
            }
            _ => match element.attr("type") {
                Some("checkbox" | "radio") => {
                    element.attr("checked").map(|_| element.attr("value").unwrap_or("on").to_owned())
                }
                Some("submit" | "button" | "file" | "image") => None,
                _ => Some(element.attr("value").unwrap_or_default().to_owned()),
            },
        };
        values.extend(value.map(|value| (name, value)));
    }
    Some((form.attr("action").unwrap_or_default().to_owned(), values))
}
