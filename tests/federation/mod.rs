//! Federation: instances of ours among each other and with servers of other kinds.

mod collections;
mod delivery;
mod documents;
mod fixtures;
mod follow_in;
mod follow_out;
mod groups_in;
mod hostile;
mod hostile_closed;
mod hostile_documents;
mod hostile_limits;
mod inbound;
mod inbox;
mod mirrored;
mod moved;
mod pair;
mod patience;
mod people_in;
mod refused;
mod scene;
mod severed;
mod threads_in;
mod threads_out;
mod together;
mod together_order;
mod together_people;
