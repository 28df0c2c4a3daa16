//! How many statements the database is asked for what comes in: a number that doesn't grow unseen.

use serde_json::{Value, json};

use super::inbound::Scene;

/// How many activities are sent at first, and how many more the second time: what each of those more takes is what counts.
const FEW: usize = 16;
const MORE: usize = 32;

impl Scene {
    /// Statements so far, as `/metrics` tells them.
    async fn statements(&self) -> usize {
        let metrics = self.app.get("/metrics").await.text;
        let line = metrics.lines().find_map(|line| line.strip_prefix("vakplein_database_statements_total "));
        line.unwrap().parse().unwrap()
    }

    /// Statements for these activities of Jan's, from the queue to the servers that hear of it.
    async fn statements_for(&self, activities: &[Value]) -> usize {
        for activity in activities {
            assert_eq!(self.jan.post(&self.app, activity).await.status, 202);
        }
        let before = self.statements().await;
        self.app.settle().await;
        let after = self.statements().await;
        assert_eq!(self.outcome(activities.last().unwrap()).await.0, "applied");
        after - before
    }

    /// Statements for each one more.
    async fn for_one_more(&self, activities: &[Value]) -> usize {
        let (few, many) = activities.split_at(FEW);
        let few = self.statements_for(few).await;
        (self.statements_for(many).await - few) / MORE
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_together_takes_few_statements_each() {
    let scene = Scene::new().await;
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    let topic = scene.topic("Vakantiegeld").await;
    scene.app.settle().await;
    let notes: Vec<Value> = (0..FEW + FEW + MORE)
        .map(|number| scene.jan.note(&format!("n{number}"), &[&scene.group_uri], Some(&topic.uri)))
        .collect();
    let all = |kind: &str, of: &dyn Fn(&Value) -> Value| -> Vec<Value> {
        let each = notes.iter().enumerate();
        each.map(|(number, note)| scene.jan.activity(kind, &format!("{kind}{number}"), of(note))).collect()
    };
    let replies = scene.for_one_more(&all("Create", &Value::clone)).await;
    let likes = scene.for_one_more(&all("Like", &|note| note["id"].clone())).await;
    println!("statements for one more: reply {replies}, like {likes}");
    assert!((1..=11).contains(&replies), "{replies} for each reply");
    assert!((1..=5).contains(&likes), "{likes} for each like");
}
