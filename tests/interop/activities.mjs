// What a peer writes: objects and activities, as software of the threadiverse sends them.
import { PUBLIC } from './peer.mjs';

export const AS = 'https://www.w3.org/ns/activitystreams';
export const now = () => new Date().toISOString();

/** The id of what an activity is about, which is named or embedded. */
export const idOf = (value) => (typeof value === 'string' ? value : value?.id);

/** Without its own context, as others embed it. */
export const bare = ({ '@context': _, ...inner }) => inner;

/** Writes for the group with this id and handle. The first argument of each is the peer, the second its person. */
export function writing(group, handle) {
  const mention = { type: 'Mention', href: group, name: handle };
  const follow = (peer, by, object = group) => ({ '@context': AS, id: peer.id('follows'), type: 'Follow', actor: by.id, object, to: [object] });
  /** An object, served under its id. */
  const object = (peer, by, type, more) => peer.publish({
    '@context': AS, id: peer.id('posts'), type, attributedTo: by.id, to: [group, PUBLIC], cc: [], audience: group, tag: [mention], published: now(), ...more,
  });
  const activity = (peer, by, type, inner, more = {}) => ({
    '@context': AS, id: peer.id('activities'), type, actor: by.id, object: inner, to: [group, PUBLIC], cc: [], audience: group, ...more,
  });
  /** An activity with an embedded object. */
  const about = (peer, by, type, inner, more) => activity(peer, by, type, bare(inner), more);
  return { follow, object, activity, about };
}

/** Whether this is the group's announce of the object or activity with this id. */
export const announces = (group, id) => (it) => it.type === 'Announce' && it.actor === group && idOf(it.object) === id;

/** Whether this is the group's announce of an activity of this type about the object with this id. */
export const wraps = (group, type, id) => (it) => it.type === 'Announce' && it.actor === group && it.object?.type === type && idOf(it.object.object) === id;
