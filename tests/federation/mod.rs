//! Federation: instances of ours among each other and with servers of other kinds.

mod delivery;
mod documents;
mod fixtures;
mod follow_in;
mod follow_out;
mod hostile;
mod hostile_documents;
mod inbound;
mod inbox;
mod mirrored;
mod scene;
mod threads_in;
mod threads_out;
mod together;
