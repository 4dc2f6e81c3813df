import type { Texts } from './messages'

export const en = {
  app: { name: 'Dreamina Manager' },
  common: {
    cancel: 'Cancel',
    close: 'Close',
    copied: 'Copied',
    copy: 'Copy: {what}',
    optional: 'optional',
    retry: 'Try again',
    save: 'Save',
    never: 'Never',
    notifications: 'Notifications',
  },
  login: {
    title: 'Log in',
    password: 'Administrator password',
    show: 'Show password',
    hide: 'Hide password',
    submit: 'Log in',
    ended: 'Your session has ended. Log in again to go on where you were.',
    empty: 'Enter the administrator password.',
    wrong: 'That password is not right.',
  },
  session: { logout: 'Log out', loggedOut: 'Logged out.' },
  preferences: {
    open: 'Preferences',
    language: 'Language',
    theme: 'Theme',
    light: 'Light',
    dark: 'Dark',
    system: 'System',
    version: 'Version {version}',
  },
  banner: {
    defaultPassword:
      'The administrator password is still the public default. Set {setting} in {file}; it takes effect at once.',
  },
  error: {
    title: 'Something went wrong',
    unreachable: 'The server does not answer. Check that the service runs and that this device is online.',
    refused: 'The server refused: {detail}',
    retrying: 'The page keeps trying and goes on by itself.',
    notFound: 'This account no longer exists. Somebody may have deleted it.',
    tooMany: 'Too many attempts. Wait a little, then try again.',
    server: 'The server failed on this request. Its log says why.',
  },
  notFound: { title: 'There is nothing at this address', back: 'Go to the accounts' },
  nav: {
    label: 'Main',
    open: 'Open the list of pages',
    skip: 'Skip to the content',
    overview: 'Overview',
    accounts: 'Accounts',
    requests: 'Requests',
    jobs: 'Jobs',
    models: 'Models',
    keys: 'Keys',
    audit: 'Audit',
    sessions: 'Sessions',
    settings: 'Settings',
    start: 'First steps',
  },
  shortcuts: {
    open: 'Keyboard shortcuts',
    title: 'Keyboard shortcuts',
    search: 'Search this page',
    list: 'Show this list',
    go: 'Go to: {place}',
    close: 'Close what is open',
  },
  live: {
    live: 'Live',
    hint: 'Refreshes by itself',
    stale: 'No answer from the server. This is the state of {time}; the page keeps trying.',
    failing: 'This cannot be refreshed: {reason} This is the state of {time}.',
  },
  status: {
    active: 'Active',
    banned: 'Banned',
    disabled: 'Disabled',
    no_session: 'No session',
    session_expired: 'Session expired',
    no_points: 'No points',
  },
  time: {
    justNow: 'now',
    days: '{days}d {clock}',
  },
}

/** Every language has the same keys, all of them text. */
export type Messages = Texts<typeof en>
