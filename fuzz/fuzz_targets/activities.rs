//! An activity of somebody who is known, planned and carried out in a transaction that is undone: whatever it says, it may be
//! refused or ignored, and is no fault of ours. The words `topic:`, `group:` and `ana:` in it stand for what is there.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vakplein::error::Error;
use vakplein::federation::activities::{self, Context, Stop};
use vakplein::federation::fetch::Reach;
use vakplein::federation::guard::same_origin;
use vakplein::federation::objects::document::Document;
use vakplein::federation::{arrival, wire};
use vakplein::policy::Incoming;
use vakplein_fuzz::instance::instance;

fuzz_target!(|body: &str| {
    let site = instance();
    let body = body
        .replace("topic:", &site.topic)
        .replace("group:", &site.app.urls.group("schulden"))
        .replace("ana:", &site.app.urls.person("ana"));
    if !wire::nests_at_most(body.as_bytes(), site.app.config.federation.max_depth) {
        return;
    }
    let Ok(head) = arrival::head(body.as_bytes()) else { return };
    let Ok(value) = serde_json::from_str::<Value>(&body) else { return };
    if !same_origin(&head.id, &head.actor) {
        return;
    }
    let Some(by) = site.actor(head.actor.as_str()).filter(|actor| !actor.local) else { return };
    let reach = Reach::here(&site.app);
    let incoming = Some(Arc::new(Incoming { uri: head.id.to_string(), document: body, released: false }));
    let context = Context { reach: &reach, by, host: None, incoming };
    match site.wait(activities::plan(&context, Document(&value))) {
        Ok(plan) => site.undone(move |tx| {
            if let Err(Error::Internal(error)) = plan(tx).and_then(|()| tx.catch_up()) {
                panic!("a fault: {error}");
            }
            Ok(())
        }),
        Err(Stop::Fault(error)) => panic!("a fault: {error}"),
        Err(_) => {}
    }
});
