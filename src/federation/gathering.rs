//! Where activities that came in at the same moment are gathered and stored together.
//!
//! While one batch is being written the next one gathers, so a quiet server stores each at once and a busy one many in a
//! transaction. Nobody is answered before their own is on disk.
#![expect(clippy::disallowed_methods, reason = "requests wait for the task, so shutdown waits for it too")]

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::store::arrivals::{self, Arrival, Kept};
use crate::app::App;
use crate::error::{Error, Result};

/// Activities that are stored in one transaction.
const TOGETHER: usize = 64;

/// Activities that wait to be stored.
#[derive(Default)]
pub struct Gathering {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Guest>,
    /// Whether somebody is writing, and will look for more afterwards.
    writing: bool,
}

struct Guest {
    arrival: Arrival,
    answer: oneshot::Sender<Result<Kept>>,
}

impl Gathering {
    /// Stores an activity, and says what was done with it once that is on disk.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store(&self, app: &App, arrival: Arrival) -> Result<Kept> {
        let (answer, answered) = oneshot::channel();
        if self.add(Guest { arrival, answer }) {
            let app = app.clone();
            // In a task of its own: others wait for it, also when whoever sent this one has hung up.
            tokio::task::spawn(async move { write(&app).await });
        }
        answered.await.map_err(Error::internal)?
    }

    /// Whether whoever added this one has to see to it that it is written.
    fn add(&self, guest: Guest) -> bool {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.waiting.push(guest);
        !std::mem::replace(&mut queue.writing, true)
    }

    /// The next ones to be written together; none ends the writing.
    fn next(&self) -> Vec<Guest> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let count = queue.waiting.len().min(TOGETHER);
        queue.writing = count > 0;
        queue.waiting.drain(..count).collect()
    }
}

async fn write(app: &App) {
    loop {
        let guests = app.federation.gathering().next();
        if guests.is_empty() {
            return;
        }
        let (arrivals, answers): (Vec<_>, Vec<_>) =
            guests.into_iter().map(|guest| (guest.arrival, guest.answer)).unzip();
        let arrivals = Arc::new(arrivals);
        let all = Arc::clone(&arrivals);
        match app.db.write(move |tx| arrivals::store(tx, &all)).await {
            Ok(kept) => kept.into_iter().zip(answers).for_each(|(kept, answer)| drop(answer.send(Ok(kept)))),
            // One that can't be stored keeps out none of the others.
            Err(_) => {
                for (arrival, answer) in arrivals.iter().zip(answers) {
                    drop(answer.send(alone(app, arrival.clone()).await));
                }
            }
        }
    }
}

async fn alone(app: &App, arrival: Arrival) -> Result<Kept> {
    let kept = app.db.write(move |tx| arrivals::store(tx, std::slice::from_ref(&arrival))).await?;
    kept.first().copied().ok_or_else(|| Error::internal("nothing was said of an arrival"))
}
