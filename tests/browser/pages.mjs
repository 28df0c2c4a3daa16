// Every page of Vakplein, in one place: name, path, who looks (nobody, a member, an admin) and the status it answers with.
// A page that lands in the product gets its line here; axe, the narrow screens and the pictures follow by themselves.
export const pages = [
  { name: 'start', path: () => '/' },
  { name: 'groups', path: () => '/groups' },
  { name: 'latest', path: () => '/latest' },
  { name: 'search', path: () => '/search?q=appelboom' },
  { name: 'group', path: () => '/g/tuin' },
  { name: 'thread', path: (site) => site.thread },
  { name: 'person', path: () => '/u/anna' },
  { name: 'login', path: () => '/login' },
  { name: 'signup', path: () => '/signup' },
  { name: 'about', path: () => '/about' },
  { name: 'rules', path: () => '/rules' },
  { name: 'contact', path: () => '/contact' },
  { name: 'privacy', path: () => '/privacy' },
  { name: 'accessibility', path: () => '/accessibility' },
  { name: 'not-found', path: () => '/g/bestaat-niet', status: 404 },

  { name: 'member-start', path: () => '/', as: 'bas' },
  { name: 'member-group', path: () => '/g/tuin', as: 'bas' },
  { name: 'member-thread', path: (site) => site.thread, as: 'bas' },
  { name: 'notifications', path: () => '/notifications', as: 'bas' },
  { name: 'settings', path: () => '/settings', as: 'bas' },

  { name: 'moderation', path: () => '/moderation', as: 'anna' },
  { name: 'admin', path: () => '/admin', as: 'anna' },
];
