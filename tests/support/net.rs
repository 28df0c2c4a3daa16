//! Several instances in one process that reach each other under names of their own.

use vakplein::config::Config;
use vakplein::federation::client::Names;

use super::TestApp;

/// A network of instances.
#[derive(Default)]
pub struct Net {
    names: Names,
}

impl Net {
    /// An empty network.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts an instance of this name in it.
    pub async fn app(&self, domain: &str) -> TestApp {
        TestApp::start(domain, self.names.clone(), |_config| {}).await
    }

    /// Starts an instance with some settings changed.
    pub async fn app_with(&self, domain: &str, change: impl Fn(&mut Config)) -> TestApp {
        TestApp::start(domain, self.names.clone(), change).await
    }

    /// The hosts of this network, to enter a server that isn't an instance of ours.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Works the queues of all instances off, until nothing is left for any of them.
    pub async fn settle(&self, apps: &[&TestApp]) {
        for _ in 0..1_000 {
            let mut done = 0;
            for app in apps {
                done += app.step().await;
            }
            if done == 0 {
                return;
            }
        }
        panic!("the queues don't come to rest");
    }
}
