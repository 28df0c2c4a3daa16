//! Files that are two things at once, reach for other files, or are worse than they say. Numbers are those of the
//! advisories in `THREATS.md`.

use std::io::Write;

use serde_json::{Value, json};

use crate::media::{png, upload};
use crate::support::{Member, Net, Peer, TestApp};

/// What is written outside the folders of a test, and must not be read.
const SECRET: &str = "geheim-van-de-server";

async fn group(app: &TestApp) -> Member {
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "foto", "title": "Foto" })).await.expect(201);
    ana
}

/// Posts a file, and reads it as everybody may.
async fn posted(app: &TestApp, by: &Member, file: &Value) -> crate::support::Reply {
    let body =
        json!({ "title": "Met bijlage", "content": format!("Kijk: {}", file["id"]), "media": [file["id"]] });
    by.post("/groups/foto/threads", body).await.expect(201);
    let path = file["url"].as_str().unwrap().strip_prefix(&app.url("")).unwrap();
    app.get(path).await
}

/// A Word file with this as its text.
fn word(document: &str) -> Vec<u8> {
    const MAIN: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    let types = format!("<Types><Override PartName=\"/word/document.xml\" ContentType=\"{MAIN}\"/></Types>");
    packed(&[("[Content_Types].xml", types.as_str()), ("word/document.xml", document)])
}

fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_picture_that_is_a_page_as_well_is_only_a_picture_62() {
    let app = TestApp::new().await;
    let ana = group(&app).await;
    let mut both = png();
    both.extend(b"<html><script>alert(1)</script></html>PK\x03\x04");
    for name in ["foto.png.html", "../../../../etc/foto.svg"] {
        let file = upload(&app, &ana, name, &both, &[("alt", "Een fiets")]).await.expect(201);
        let stored = file["name"].as_str().unwrap();
        assert!(stored.ends_with(".png") && !stored.contains(['/', '\\', '"', '<']), "{stored}");
        let shown = posted(&app, &ana, &file).await;
        assert_eq!((shown.status, shown.header("content-type")), (200, "image/png"), "{name}");
        assert!(shown.header("content-security-policy").contains("sandbox"));
        let text = String::from_utf8_lossy(&shown.bytes).into_owned();
        assert!(!text.contains("script") && !text.contains("PK\u{3}\u{4}"), "{name}");
    }
    // Nothing was written but into its own folder.
    let folder = app.app.config.media.dir.clone();
    let beside: Vec<String> = std::fs::read_dir(folder.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("foto") || name.contains("etc"))
        .collect();
    assert!(beside.is_empty(), "{beside:?}");
}

#[tokio::test]
async fn what_could_run_or_reaches_for_other_files_is_not_taken_69_70() {
    let app = TestApp::new().await;
    let ana = group(&app).await;
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), SECRET).unwrap();
    let alt = [("alt", "Iets")];
    let playlist = format!("#EXTM3U\n#EXTINF:1,\nfile://{}\n", secret.path().display());
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let climbing =
        packed(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("../../../tmp/x", "x")]);
    for (name, bytes) in [
        ("film.mp4", b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41".to_vec()),
        ("film.avi", b"RIFF\x24\0\0\0AVI LIST".to_vec()),
        ("plaatje.svg", svg.as_bytes().to_vec()),
        ("plaatje.png", svg.as_bytes().to_vec()),
        ("pagina.txt", b"<!DOCTYPE html><script>alert(1)</script>".to_vec()),
        ("tekst.odt", climbing),
        ("archief.zip", packed(&[("x.html", "<script>alert(1)</script>")])),
    ] {
        assert_eq!(upload(&app, &ana, name, &bytes, &alt).await.refused(400), "invalid", "{name}");
    }
    // A playlist is only text, and nobody follows it.
    let list = upload(&app, &ana, "film.m3u8", playlist.as_bytes(), &[]).await;
    if list.status == 201 {
        let shown = posted(&app, &ana, &list.expect(201)).await;
        assert!(shown.header("content-type").starts_with("text/plain") && !shown.text.contains(SECRET));
    }
    // An entity that names a file here is never filled in.
    let doctype = format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"file://{}\">]>", secret.path().display());
    let w = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let text = format!(
        "{doctype}<w:document {w}><w:p><w:ins w:author=\"Eva\"><w:t>&e;</w:t></w:ins></w:p></w:document>"
    );
    let taken = upload(&app, &ana, "brief.docx", &word(&text), &[]).await;
    if taken.status == 201 {
        let shown = posted(&app, &ana, &taken.expect(201)).await;
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(shown.bytes)).unwrap();
        let mut inside = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("word/document.xml").unwrap(), &mut inside).unwrap();
        assert!(!inside.contains(SECRET), "{inside}");
    }
    let plain = format!("<w:document {w}><w:p><w:t>Beleid</w:t></w:p></w:document>");
    let file = upload(&app, &ana, "brief.docx", &word(&plain), &[]).await.expect(201);
    let shown = posted(&app, &ana, &file).await;
    assert_eq!(shown.status, 200);
    assert!(shown.header("content-disposition").starts_with("attachment"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_another_server_that_is_none_is_not_handed_on_62() {
    let net = Net::new();
    let app = net.app("werkplein.test").await;
    let ana = app.member("ana").await;
    let evil = Peer::start(net.names(), "evil.test").await;
    for (number, (kind, body)) in [
        ("image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
        ("image/png", "<html><script>alert(1)</script></html>"),
        ("image/gif", "GIF89a/*<script>alert(1)</script>*/"),
        ("text/html", "<script>alert(1)</script>"),
    ]
    .into_iter()
    .enumerate()
    {
        let (name, path) = (format!("eve{number}"), format!("/plaatjes/{number}"));
        evil.serve_as(&path, 200, kind, body);
        let mut document = evil.person(&name).document;
        document["icon"] = json!({"type": "Image", "url": evil.url(&path)});
        evil.publish(document.clone());
        let found = ana.get(&format!("/resolve?uri={}", document["id"].as_str().unwrap())).await.expect(200);
        let shown = app.get(&format!("/media/avatar/{}", found["id"].as_str().unwrap())).await;
        assert_eq!((shown.status, shown.header("content-type")), (404, "image/svg+xml"), "{kind}");
        assert!(!shown.text.contains("alert"), "{kind}");
        assert!(shown.header("content-security-policy").contains("sandbox"));
        assert_eq!(evil.asked_for(&path), 1, "it was asked for, and is our own sign that nothing came");
    }
}
