//! What tests stand on: running instances, people who speak to them over HTTP, and networks of instances.
//!
//! `TestApp::new().await`, `let ana = app.member("ana").await; ana.post("/groups", json!({…})).await.expect(201)`. Paths of
//! members are below `/api/v1`. Queues stand still until [`TestApp::settle`] or [`net::Net::settle`] works them off.
#![allow(dead_code, unused_imports, reason = "each test file uses another part of this")]

pub mod app;
pub mod browser;
pub mod database;
pub mod member;
pub mod net;
pub mod peer;
pub mod program;
pub mod receiver;

pub use self::{app::TestApp, member::Member, member::Reply, net::Net, peer::Peer, receiver::Receiver};
