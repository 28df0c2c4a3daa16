//! The tables that federation owns: the only place of this edge that names Diesel.
//!
//! What came in is in `inbox`, what other servers are in `peers`. What goes out stands beside them, in a file of its own.

pub mod again;
pub mod arrivals;
pub mod held;
pub mod inbox;
pub mod known;
pub mod log;
pub mod outbox;
pub mod outbox_age;
pub mod peers;
pub mod publishing;
