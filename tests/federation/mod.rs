//! Federation: instances of ours among each other and with servers of other kinds.

mod delivery;
mod documents;
mod follow_out;
mod scene;
mod threads_out;
