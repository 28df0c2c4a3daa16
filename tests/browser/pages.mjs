// Every page of Vakplein, in one place: name, path, who looks (nobody when left out), the status it answers with, and `sent` when its
// form is sent as it stands, to see what it says about that. `leads` names something on the page that follows when the form is sent (after
// `set` was chosen, by the button `press`). A page that lands in the product gets its line here; axe, the narrow screens,
// the large text, the focus and the pictures follow by themselves.
const nowhere = '0198c0de-0000-7000-8000-000000000000';

export const pages = [
  { name: 'start', path: () => '/' },
  { name: 'groups', path: () => '/groups' },
  { name: 'groups-elsewhere', path: () => '/groups?which=elsewhere' },
  { name: 'latest', path: () => '/latest' },
  { name: 'search-empty', path: () => '/search' },
  { name: 'search', path: () => '/search?q=appelboom' },
  { name: 'search-nothing', path: () => '/search?q=xyzzy' },
  { name: 'search-address', path: () => '/search?q=%40buur%40elders.example' },
  { name: 'group', path: () => '/g/tuin' },
  { name: 'group-unanswered', path: () => '/g/tuin?sort=unanswered' },
  { name: 'group-empty-long', path: () => '/g/leeg' },
  { name: 'group-about', path: () => '/g/tuin/about' },
  { name: 'group-log', path: () => '/g/tuin/log' },
  { name: 'thread', path: (site) => site.thread },
  { name: 'thread-locked', path: (site) => site.locked },
  { name: 'thread-long', path: (site) => site.long },
  { name: 'history', path: (site) => `/p/${site.ownId}/history` },
  { name: 'person', path: () => '/u/anna' },
  { name: 'person-empty', path: () => '/u/dewi' },
  { name: 'report', path: (site) => `/report?post=${site.replyId}` },
  { name: 'report-wrong', path: (site) => `/report?post=${site.replyId}`, sent: true, status: 400 },
  { name: 'report-group', path: (site) => `/report?group=${site.groupId}` },
  { name: 'log', path: () => '/log' },
  { name: 'login', path: () => '/login' },
  { name: 'login-wrong', path: () => '/login', sent: true, status: 400 },
  { name: 'login-code', path: () => '/login/code' },
  { name: 'signup', path: () => '/signup' },
  { name: 'signup-wrong', path: () => '/signup', sent: true, status: 400 },
  { name: 'signup-sent', path: () => '/signup/sent' },
  { name: 'signup-waiting', path: () => '/signup/waiting' },
  { name: 'confirm-old-link', path: () => '/confirm/oud', status: 404 },
  { name: 'confirm-again', path: () => '/confirm' },
  { name: 'confirm-again-wrong', path: () => '/confirm', sent: true, status: 400 },
  { name: 'reset', path: () => '/reset' },
  { name: 'reset-wrong', path: () => '/reset', sent: true, status: 400 },
  { name: 'reset-sent', path: () => '/reset/sent' },
  { name: 'reset-old-link', path: () => '/reset/oud', status: 404 },
  { name: 'mail', path: () => '/dev/mail' },
  { name: 'about', path: () => '/about' },
  { name: 'rules', path: () => '/rules' },
  { name: 'contact', path: () => '/contact' },
  { name: 'privacy', path: () => '/privacy' },
  { name: 'accessibility', path: () => '/accessibility' },
  { name: 'not-found', path: () => '/g/bestaat-niet', status: 404 },
  { name: 'file-not-found', path: () => '/media/bestaat-niet', status: 404 },
  { name: 'thread-not-found', path: () => `/t/${nowhere}`, status: 404 },

  { name: 'member-start', path: () => '/', as: 'bas' },
  { name: 'member-start-empty', path: () => '/', as: 'dewi' },
  { name: 'member-groups', path: () => '/groups?which=mine', as: 'bas' },
  { name: 'member-groups-empty', path: () => '/groups?which=mine', as: 'dewi' },
  { name: 'member-latest', path: () => '/latest?which=mine', as: 'bas' },
  { name: 'member-group', path: () => '/g/tuin', as: 'bas' },
  { name: 'member-group-pending', path: () => '/g/kas', as: 'bas' },
  { name: 'member-group-banned', path: () => '/g/tuin', as: 'dewi' },
  { name: 'group-ask', path: () => '/g/kas/join', as: 'cor' },
  { name: 'group-leave', path: () => '/g/tuin/leave', as: 'bas' },
  { name: 'group-members', path: () => '/g/tuin/members', as: 'bas' },
  { name: 'group-new', path: () => '/groups/new', as: 'anna' },
  { name: 'group-new-wrong', path: () => '/groups/new', as: 'anna', sent: true, status: 400 },
  { name: 'member-thread', path: (site) => site.thread, as: 'bas' },
  { name: 'member-thread-wrong', path: (site) => site.thread, as: 'bas', sent: true, status: 400 },
  { name: 'member-thread-locked', path: (site) => site.locked, as: 'bas' },
  { name: 'member-thread-long', path: (site) => site.long, as: 'cor' },
  { name: 'thread-new', path: () => '/g/tuin/new', as: 'bas' },
  { name: 'thread-new-wrong', path: () => '/g/tuin/new', as: 'bas', sent: true, status: 400 },
  { name: 'thread-new-preview', path: () => '/g/tuin/new', as: 'bas', press: 'main button[name=preview]', leads: '.preview' },
  { name: 'reply', path: (site) => `${site.thread}/reply?to=${site.replyId}`, as: 'bas' },
  { name: 'edit', path: (site) => `/p/${site.ownId}/edit`, as: 'bas' },
  { name: 'edit-topic', path: (site) => `/p/${site.threadId}/edit`, as: 'bas' },
  { name: 'delete', path: (site) => `/p/${site.ownId}/delete`, as: 'bas' },
  { name: 'member-report', path: () => '/report?person=anna', as: 'bas' },
  { name: 'member-person', path: () => '/u/anna', as: 'bas' },
  { name: 'person-own', path: () => '/u/bas', as: 'bas' },
  { name: 'denied', path: () => '/g/tuin/settings', as: 'bas', status: 403 },
  { name: 'notifications', path: () => '/notifications', as: 'cor' },
  { name: 'decision', path: (site) => `/moderation/decisions/${site.decision}`, as: 'cor' },
  { name: 'decision-wrong', path: (site) => `/moderation/decisions/${site.decision}`, as: 'cor', sent: true, status: 400 },
  { name: 'settings', path: () => '/settings', as: 'bas' },
  { name: 'settings-account', path: () => '/settings/account', as: 'bas' },
  { name: 'settings-security', path: () => '/settings/security', as: 'bas' },
  { name: 'settings-tokens', path: () => '/settings/tokens', as: 'bas' },
  { name: 'settings-tokens-wrong', path: () => '/settings/tokens', as: 'bas', sent: true, status: 400 },
  { name: 'settings-follows', path: () => '/settings/follows', as: 'bas' },
  { name: 'settings-blocks', path: () => '/settings/blocks', as: 'bas' },
  { name: 'settings-blocks-wrong', path: () => '/settings/blocks', as: 'bas', sent: true, status: 400 },
  { name: 'settings-data', path: () => '/settings/data', as: 'bas' },

  { name: 'moderation', path: () => '/moderation', as: 'anna' },
  { name: 'moderation-site', path: () => '/moderation/site', as: 'anna' },
  { name: 'moderation-group', path: () => '/g/tuin/reports', as: 'anna' },
  { name: 'moderation-decided-empty', path: () => '/g/tuin/reports?which=decided', as: 'anna' },
  { name: 'case', path: (site) => `/moderation/reports/${site.reportId}`, as: 'anna' },
  { name: 'case-wrong', path: (site) => `/moderation/reports/${site.reportId}`, as: 'anna', sent: true, status: 400 },
  { name: 'bans-site-empty', path: () => '/moderation/bans', as: 'anna' },
  { name: 'ban-site', path: () => '/moderation/ban', as: 'anna' },
  { name: 'ban-site-wrong', path: () => '/moderation/ban', as: 'anna', sent: true, status: 400 },
  { name: 'bans', path: () => '/g/tuin/bans', as: 'anna' },
  { name: 'ban', path: () => '/g/tuin/ban?person=cor', as: 'anna' },
  { name: 'warn', path: (site) => `/g/tuin/warn?person=${site.corId}`, as: 'anna' },
  { name: 'warn-wrong', path: (site) => `/g/tuin/warn?person=${site.corId}`, as: 'anna', sent: true, status: 400 },
  { name: 'remove', path: (site) => `/p/${site.ownId}/remove`, as: 'anna' },
  { name: 'remove-wrong', path: (site) => `/p/${site.ownId}/remove`, as: 'anna', sent: true, status: 400 },
  { name: 'move', path: (site) => `${site.thread}/move`, as: 'anna' },
  { name: 'move-wrong', path: (site) => `${site.thread}/move`, as: 'anna', sent: true, status: 400 },
  { name: 'moderator-group', path: () => '/g/kas', as: 'anna' },
  { name: 'moderator-thread', path: (site) => site.thread, as: 'anna' },
  { name: 'moderator-members', path: () => '/g/tuin/members', as: 'anna' },
  { name: 'moderator-log', path: () => '/g/tuin/log', as: 'anna' },
  { name: 'role', path: (site) => `/g/tuin/members/${site.corId}/role`, as: 'anna' },
  { name: 'put-out', path: (site) => `/g/tuin/members/${site.corId}/out`, as: 'anna' },
  { name: 'requests', path: () => '/g/kas/requests', as: 'anna' },
  { name: 'requests-empty', path: () => '/g/tuin/requests', as: 'anna' },
  { name: 'group-settings', path: () => '/g/tuin/settings', as: 'anna' },
  { name: 'group-archive', path: () => '/g/tuin/archive', as: 'anna' },
  { name: 'group-delete', path: () => '/g/tuin/delete', as: 'anna' },
  { name: 'admin', path: () => '/admin', as: 'anna' },
  { name: 'admin-approvals', path: () => '/admin/approvals', as: 'anna' },
  { name: 'admin-people', path: () => '/admin/people', as: 'anna' },
  { name: 'admin-person', path: (site) => site.account, as: 'anna' },
  { name: 'admin-promote', path: (site) => `${site.account}/promote`, as: 'anna' },
  { name: 'admin-demote', path: (site) => `${site.ownAccount}/demote`, as: 'anna' },
  { name: 'admin-groups', path: () => '/admin/groups', as: 'anna' },
  { name: 'admin-settings', path: () => '/admin/settings', as: 'anna' },
  { name: 'admin-limits', path: () => '/admin/limits', as: 'anna' },
  { name: 'admin-limit', path: () => '/admin/limits/peer-activities', as: 'anna' },
  { name: 'admin-texts', path: () => '/admin/texts', as: 'anna' },
  { name: 'admin-text', path: () => '/admin/texts/rules/nl', as: 'anna' },
  { name: 'admin-peers', path: () => '/admin/peers', as: 'anna' },
  { name: 'admin-peer', path: () => '/admin/peers/elders.example', as: 'anna' },
  { name: 'admin-peer-block', path: (site) => `/admin/peers/${site.peer}`, as: 'anna', set: 'input[name=state][value=blocked]', press: 'main form.form button', leads: 'main form .nl-button--danger' },
  { name: 'admin-peer-new', path: () => '/admin/peers/nieuw.example', as: 'anna' },
  { name: 'admin-log', path: () => '/admin/federation', as: 'anna' },
  { name: 'admin-log-refused', path: () => '/admin/federation?which=refused', as: 'anna' },
  { name: 'admin-log-out', path: () => '/admin/federation?which=out', as: 'anna' },
  { name: 'admin-audit', path: () => '/admin/audit', as: 'anna' },
  { name: 'admin-jobs', path: () => '/admin/jobs', as: 'anna' },
  { name: 'admin-site-reports', path: () => '/moderation/site', as: 'anna' },
];

/** Pages of an instance where nothing has happened yet. */
export const empty = [
  { name: 'empty-start', path: () => '/' },
  { name: 'empty-groups', path: () => '/groups' },
  { name: 'empty-groups-elsewhere', path: () => '/groups?which=elsewhere' },
  { name: 'empty-latest', path: () => '/latest' },
  { name: 'empty-mail', path: () => '/dev/mail' },
  { name: 'empty-log', path: () => '/log' },
  { name: 'empty-member-start', path: () => '/', as: 'anna' },
  { name: 'empty-notifications', path: () => '/notifications', as: 'anna' },
  { name: 'empty-moderation', path: () => '/moderation', as: 'anna' },
];

/** Opens a page of the list; sends its form when the list says so. */
export async function show(visitor, { path, status, sent, set, press, leads }, site) {
  await visitor.open(path(site), sent ? 200 : status);
  if (leads) {
    if (set) await visitor.page.locator(set).check();
    await visitor.page.locator(press).first().click();
    await visitor.page.locator(leads).first().waitFor({ state: 'visible' });
    return;
  }
  if (!sent) return;
  const answer = visitor.page.waitForResponse((response) => response.request().isNavigationRequest() && response.request().method() === 'POST');
  await visitor.page.locator('main form.form').first().locator('button').first().click();
  const got = (await answer).status();
  if (got !== status) throw new Error(`the form answers ${got}, not ${status}`);
  await visitor.page.waitForLoadState('load');
  // What is wrong is said first, and has the focus; each line leads to its field.
  const summary = visitor.page.locator('#form-errors');
  await summary.waitFor({ state: 'visible' });
  if (!(await summary.evaluate((it) => it === document.activeElement))) throw new Error('the list of mistakes has no focus');
  for (const link of await summary.getByRole('link').all()) {
    const field = await link.getAttribute('href');
    if ((await visitor.page.locator(field).count()) !== 1) throw new Error(`the list of mistakes leads to ${field}, which isn't there`);
  }
}
