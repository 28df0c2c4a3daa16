//! Files: uploading, who sees them, how they are served, and pictures of other servers.

use image::{ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};
use vakplein::media::store;

use crate::support::{Member, Net, Reply, TestApp};

const BOUNDARY: &str = "grens";

/// A red picture.
pub fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    RgbImage::from_pixel(40, 30, image::Rgb([200, 30, 30])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn form(name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    let head =
        format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend(head.bytes());
    body.extend(bytes);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    body
}

/// Uploads a file over the API.
pub async fn upload(app: &TestApp, by: &Member, name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Reply {
    let bearer = format!("Bearer {}", by.token.clone().unwrap_or_default());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let mut headers = vec![("content-type", kind.as_str())];
    if by.token.is_some() {
        headers.push(("authorization", &bearer));
    }
    app.send(Method::POST, "/api/v1/media", &headers, Some(form(name, bytes, fields))).await
}

/// The path of a file, out of its address.
fn path(app: &TestApp, file: &Value) -> String {
    file["url"].as_str().unwrap().strip_prefix(&app.url("")).unwrap().to_owned()
}

async fn topic_with(by: &Member, file: &Value) -> Value {
    let body = json!({ "title": "Met plaatje", "content": "Kijk", "media": [file["id"]] });
    by.post("/groups/foto/threads", body).await.expect(201)
}

async fn group(app: &TestApp) -> Member {
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "foto", "title": "Foto" })).await.expect(201);
    ana
}

#[tokio::test]
async fn a_picture_is_shown_to_everybody_once_it_is_posted() {
    let app = TestApp::new().await;
    let ana = group(&app).await;
    let made = upload(&app, &ana, "Mijn Fiets.PNG", &png(), &[("alt", "Een rode fiets")]).await;
    assert!(made.location().contains("/api/v1/media/"), "{}", made.text);
    let file = made.expect(201);
    assert_eq!(
        (&file["kind"], &file["mediaType"], &file["alt"]),
        (&json!("image"), &json!("image/png"), &json!("Een rode fiets"))
    );
    assert_eq!((&file["name"], &file["width"]), (&json!("mijn-fiets.png"), &json!(40)));
    let path = path(&app, &file);
    assert_eq!(app.get(&path).await.status, 404);

    let topic = topic_with(&ana, &file).await;
    let shown = app.get(&path).await;
    assert_eq!(
        (shown.status, shown.header("content-type"), shown.header("content-disposition")),
        (200, "image/png", "inline")
    );
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert!(shown.header("content-security-policy").contains("default-src 'none'"));
    assert!(shown.header("content-security-policy").contains("sandbox"));
    assert!(shown.header("cache-control").starts_with("public"));
    assert!(image::load_from_memory(&shown.bytes).is_ok());
    // Under another name, or asked for as a document of ActivityPub, there is nothing.
    assert_eq!(app.get(&format!("/media/{}/anders.png", file["id"].as_str().unwrap())).await.status, 404);
    assert_eq!(app.document(&path).await.status, 404);

    // Removed by a moderator it goes with the post, deleted by the author for good.
    let removal = format!("/posts/{}/removal", topic["id"].as_str().unwrap());
    ana.put(&removal, json!({ "reason": "Privé" })).await.expect(204);
    assert_eq!(app.get(&path).await.status, 404);
    ana.delete(&removal).await.expect(204);
    assert_eq!(app.get(&path).await.status, 200);
    ana.delete(&format!("/threads/{}", topic["id"].as_str().unwrap())).await.expect(204);
    app.settle().await;
    assert_eq!(app.get(&path).await.status, 404);
    assert_eq!(files(&app), Vec::<String>::new());
}

/// A Word file that names who made it, who commented and who changed it.
fn word() -> Vec<u8> {
    use std::io::Write;
    const MAIN: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let parts = [
        ("[Content_Types].xml", format!("<Types><Override PartName=\"/word/document.xml\" ContentType=\"{MAIN}\"/></Types>")),
        ("docProps/core.xml", "<cp:coreProperties><dc:creator>Eva Schaap</dc:creator><cp:lastModifiedBy>Eva Schaap</cp:lastModifiedBy></cp:coreProperties>".to_owned()),
        ("docProps/app.xml", "<Properties><Company>Gemeente Eva Schaap</Company></Properties>".to_owned()),
        ("word/document.xml", format!("<w:document {W}><w:ins w:id=\"1\" w:author=\"Eva Schaap\"><w:r><w:t>Beleid</w:t></w:r></w:ins></w:document>")),
        ("word/comments.xml", format!("<w:comments {W}><w:comment w:id=\"0\" w:author=\"Eva Schaap\" w:initials=\"ES\"><w:p/></w:comment></w:comments>")),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What is in a zip file, by name.
fn unpacked(bytes: &[u8]) -> std::collections::BTreeMap<String, Vec<u8>> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut found = std::collections::BTreeMap::new();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        found.insert(part.name().unwrap().into_owned(), content);
    }
    found
}

#[tokio::test]
async fn members_take_their_files_along_and_documents_name_nobody() {
    let app = TestApp::new().await;
    let ana = group(&app).await;
    let picture = upload(&app, &ana, "fiets.png", &png(), &[("alt", "Een fiets")]).await.expect(201);
    let document = upload(&app, &ana, "Beleid.docx", &word(), &[]).await.expect(201);
    topic_with(&ana, &document).await;
    let served = app.get(&path(&app, &document)).await;
    let parts = unpacked(&served.bytes);
    for (name, content) in &parts {
        assert!(!String::from_utf8_lossy(content).contains("Schaap"), "{name}");
    }
    assert!(String::from_utf8_lossy(&parts["word/document.xml"]).contains("<w:t>Beleid</w:t>"));
    assert!(String::from_utf8_lossy(&parts["word/comments.xml"]).contains("w:author=\"Auteur 1\""));

    let bo = app.member("bo").await;
    upload(&app, &bo, "van-bo.png", &png(), &[("alt", "Van Bo")]).await.expect(201);
    let packed = unpacked(&ana.get("/me/export").await.bytes);
    let named = |file: &Value, name: &str| format!("files/{}-{name}", file["id"].as_str().unwrap());
    assert_eq!(packed[&named(&document, "beleid.docx")], served.bytes);
    assert!(
        image::load_from_memory(&packed[&named(&picture, "fiets.png")]).is_ok(),
        "also what isn't posted yet"
    );
    assert!(!packed.keys().any(|name| name.contains("van-bo")), "only what is theirs: {:?}", packed.keys());
    let listed: Value = serde_json::from_slice(&packed["files.json"]).unwrap();
    for file in listed.as_array().unwrap() {
        assert!(packed.contains_key(file["file"].as_str().unwrap()), "{file}");
    }
    // A file that was lost doesn't keep the rest from them; and nothing stays behind in the folder.
    for shard in std::fs::read_dir(&app.app.config.media.dir).unwrap().flatten() {
        assert!(shard.path().is_dir(), "{:?}", shard.path());
        std::fs::remove_dir_all(shard.path()).unwrap();
    }
    let packed = unpacked(&ana.get("/me/export").await.bytes);
    let missing = String::from_utf8_lossy(&packed["files/missing.txt"]).into_owned();
    assert!(missing.contains("beleid.docx") && packed.contains_key("posts.md"), "{missing}");
}

#[tokio::test]
async fn an_archive_is_not_made_again_and_again() {
    let app = TestApp::with(|config| config.limits.enabled = true).await;
    let ana = app.member("ana").await;
    for _ in 0..5 {
        assert_eq!(ana.get("/me/export").await.status, 200);
    }
    assert_eq!(ana.get("/me/export").await.refused(429), "too-many");
}

/// Names of the files below the media folder.
fn files(app: &TestApp) -> Vec<String> {
    let mut found = Vec::new();
    for shard in std::fs::read_dir(&app.app.config.media.dir).into_iter().flatten().flatten() {
        for file in std::fs::read_dir(shard.path()).into_iter().flatten().flatten() {
            found.push(file.file_name().to_string_lossy().into_owned());
        }
    }
    found
}

#[tokio::test]
async fn documents_are_downloaded_and_never_opened_here() {
    let app = TestApp::new().await;
    let ana = group(&app).await;
    let file = upload(&app, &ana, "brief.txt", "Geachte heer".as_bytes(), &[]).await.expect(201);
    topic_with(&ana, &file).await;
    let shown = app.get(&path(&app, &file)).await;
    assert_eq!((shown.status, shown.text.as_str()), (200, "Geachte heer"));
    assert_eq!(shown.header("content-disposition"), "attachment; filename=\"brief.txt\"");
    assert!(shown.header("content-type").starts_with("text/plain"));

    let script = b"<html><script>alert(1)</script></html>";
    assert_eq!(upload(&app, &ana, "foto.png", script, &[("alt", "x")]).await.refused(400), "invalid");
    // JSON is only text: it must never come back as a document of ours.
    let forged = br#"{"@context":"https://www.w3.org/ns/activitystreams","type":"Person"}"#;
    let forged = upload(&app, &ana, "actor.json", forged, &[]).await;
    if forged.status == 201 {
        let posted = forged.expect(201);
        topic_with(&ana, &posted).await;
        let path = path(&app, &posted);
        assert_eq!(app.document(&path).await.status, 404);
        assert!(app.get(&path).await.header("content-type").starts_with("text/plain"));
    }
}

#[tokio::test]
async fn a_picture_needs_a_description_or_is_decorative() {
    let app = TestApp::new().await;
    let ana = group(&app).await;
    let without = upload(&app, &ana, "a.png", &png(), &[]).await;
    assert_eq!(without.json["errors"][0]["field"], "alt", "{}", without.text);
    let file = upload(&app, &ana, "a.png", &png(), &[("decorative", "true")]).await.expect(201);
    let one = format!("/media/{}", file["id"].as_str().unwrap());
    assert_eq!(ana.get(&one).await.expect(200)["decorative"], true);
    assert_eq!(ana.patch(&one, json!({ "alt": "" })).await.refused(400), "invalid");
    let changed = ana.patch(&one, json!({ "alt": "Een appel" })).await.expect(200);
    assert_eq!((&changed["alt"], &changed["decorative"]), (&json!("Een appel"), &json!(false)));

    let bob = app.member("bob").await;
    assert_eq!(bob.get(&one).await.refused(404), "not-found");
    assert_eq!(bob.patch(&one, json!({ "alt": "Niets" })).await.refused(404), "not-found");
    assert_eq!(bob.delete(&one).await.refused(404), "not-found");
    bob.post("/groups/foto/memberships", json!({})).await.expect(201);
    let theirs = json!({ "title": "Gestolen", "content": "Kijk", "media": [file["id"]] });
    assert_eq!(bob.post("/groups/foto/threads", theirs).await.refused(400), "invalid");
    ana.delete(&one).await.expect(204);
    assert_eq!(ana.get(&one).await.refused(404), "not-found");
    assert_eq!(upload(&app, &app.anonymous(), "a.png", &png(), &[]).await.refused(401), "signed-out");
}

#[tokio::test]
async fn what_is_too_much_or_never_used_does_not_stay() {
    let app = TestApp::with(|config| config.media.quota_mb = 0).await;
    let ana = group(&app).await;
    let refused = upload(&app, &ana, "a.png", &png(), &[("alt", "x")]).await;
    assert_eq!(
        (refused.refused(400).as_str(), &refused.json["errors"][0]["field"]),
        ("invalid", &json!("file"))
    );

    let app = TestApp::new().await;
    let ana = group(&app).await;
    let file = upload(&app, &ana, "a.png", &png(), &[("alt", "x")]).await.expect(201);
    assert_eq!(app.app.db.write(vakplein::media::acts::prune).await.unwrap(), 0);
    app.clock.advance(90_000);
    assert_eq!(app.app.db.write(vakplein::media::acts::prune).await.unwrap(), 1);
    app.settle().await;
    assert_eq!(files(&app), Vec::<String>::new());
    assert_eq!(ana.get(&format!("/media/{}", file["id"].as_str().unwrap())).await.refused(404), "not-found");
}

#[tokio::test]
async fn pictures_of_other_servers_are_fetched_once_and_made_anew() {
    use diesel::prelude::*;
    use vakplein::db::schema::{groups, people};
    let net = Net::new();
    let (here, there) = (net.app("hier.test").await, net.app("daar.test").await);
    let bob = group(&there).await;
    let file = upload(&there, &bob, "boom.png", &png(), &[("alt", "Een boom")]).await.expect(201);
    topic_with(&bob, &file).await;
    let ana = group(&here).await;
    let person = ana.id;
    let point = async |url: String| {
        let set = people::avatar_url.eq(Some(url.clone()));
        here.app
            .db
            .write(move |tx| {
                diesel::update(groups::table)
                    .set(groups::emblem_url.eq(Some(url.clone())))
                    .execute(tx.conn)?;
                Ok(diesel::update(people::table.find(person)).set(set.clone()).execute(tx.conn)?)
            })
            .await
            .unwrap();
    };
    let avatar = format!("/media/avatar/{person}");
    assert_eq!(here.get(&avatar).await.status, 404);

    point(file["url"].as_str().unwrap().to_owned()).await;
    let shown = here.get(&avatar).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/png"));
    assert!(shown.header("content-security-policy").contains("sandbox"));
    assert!(image::load_from_memory(&shown.bytes).is_ok());
    // It is there without the other server, and goes after some weeks.
    drop(there);
    assert_eq!(here.get(&avatar).await.status, 200);
    let dir = here.app.config.media.dir.clone();
    assert_eq!(store::sweep(&here.app.db, dir.clone(), 30).await.unwrap(), 0);
    here.clock.advance(31 * 86_400);
    assert_eq!(store::sweep(&here.app.db, dir, 30).await.unwrap(), 1);

    // What can't be had is a picture that says so, and isn't asked for again at once.
    point("http://weg.test/boom.png".to_owned()).await;
    let missing = here.get(&avatar).await;
    assert_eq!((missing.status, missing.header("content-type")), (404, "image/svg+xml"));
    assert_eq!(here.get(&avatar).await.status, 404);
}

#[tokio::test]
async fn a_picture_is_described_anew_by_its_owner_while_the_post_can_be_changed() {
    let app = TestApp::new().await;
    let ana = group(&app).await;
    let bob = app.member("bob").await;
    bob.post("/groups/foto/memberships", json!({})).await.expect(201);
    let file = upload(&app, &bob, "boom.png", &png(), &[("alt", "Een struik")]).await.expect(201);
    let topic = topic_with(&bob, &file).await;
    let path = format!("/media/{}", file["id"].as_str().unwrap());
    let alt = |text: &str| json!({ "alt": text });
    assert_eq!(ana.patch(&path, alt("Een boom")).await.refused(404), "not-found");
    assert_eq!(bob.patch(&path, alt(" ")).await.refused(400), "invalid");
    bob.patch(&path, alt("Een boom")).await.expect(200);
    let topic = format!("/threads/{}", topic["id"].as_str().unwrap());
    let shown = app.anonymous().get(&topic).await.expect(200);
    assert_eq!(shown["media"][0]["alt"], "Een boom");
    assert!(shown["editedAt"].is_string(), "it counts as a change of the post");
    ana.put(&format!("{topic}/lock"), json!({})).await.expect(204);
    assert_eq!(bob.patch(&path, alt("Een eik")).await.refused(403), "locked");
    // One may always take back what one sent.
    bob.delete(&path).await.expect(204);
    assert_eq!(app.anonymous().get(&topic).await.expect(200)["media"], json!([]));
}
