import {
  BookOpenText,
  Boxes,
  History,
  Hourglass,
  Images,
  KeyRound,
  LayoutDashboard,
  ListChecks,
  MonitorSmartphone,
  Rocket,
  ScrollText,
  SlidersHorizontal,
  Users,
} from 'lucide-vue-next'
import type { Component } from 'vue'

/** A page that the navigation leads to. Its code and its texts are fetched when it is first opened. */
export interface Destination {
  /** The route's name; `nav.<name>` is its label. */
  name: string
  path: string
  /** What may follow the path: the one that is opened beside the list, `:id(…)`. */
  opened?: string
  /** Pressed after `g`, it leads here. */
  key: string
  icon: Component
  page: () => Promise<unknown>
}

export const destinations: Destination[] = [
  {
    name: 'overview',
    path: '/',
    key: 'o',
    icon: LayoutDashboard,
    page: () => import('@/pages/overview/OverviewPage.vue'),
  },
  {
    name: 'accounts',
    path: '/accounts',
    key: 'a',
    icon: Users,
    page: () => import('@/pages/accounts/AccountsPage.vue'),
  },
  {
    name: 'requests',
    path: '/requests',
    opened: ':id([0-9a-f]{24})',
    key: 'r',
    icon: ScrollText,
    page: () => import('@/pages/requests/RequestsPage.vue'),
  },
  {
    name: 'generations',
    path: '/generations',
    opened: ':id(gen_[0-9a-f]{24})',
    key: 'n',
    icon: Hourglass,
    page: () => import('@/pages/generations/GenerationsPage.vue'),
  },
  {
    name: 'results',
    path: '/results',
    opened: ':id(res_[0-9a-f]{24})',
    key: 't',
    icon: Images,
    page: () => import('@/pages/results/ResultsPage.vue'),
  },
  {
    name: 'jobs',
    path: '/jobs',
    opened: ':id(\\d+)',
    key: 'j',
    icon: ListChecks,
    page: () => import('@/pages/jobs/JobsPage.vue'),
  },
  { name: 'models', path: '/models', key: 'm', icon: Boxes, page: () => import('@/pages/models/ModelsPage.vue') },
  { name: 'keys', path: '/keys', key: 'k', icon: KeyRound, page: () => import('@/pages/keys/KeysPage.vue') },
  { name: 'audit', path: '/audit', key: 'u', icon: History, page: () => import('@/pages/audit/AuditPage.vue') },
  {
    name: 'sessions',
    path: '/sessions',
    key: 'e',
    icon: MonitorSmartphone,
    page: () => import('@/pages/sessions/SessionsPage.vue'),
  },
  {
    name: 'settings',
    path: '/settings',
    key: 's',
    icon: SlidersHorizontal,
    page: () => import('@/pages/settings/SettingsPage.vue'),
  },
  { name: 'start', path: '/start', key: 'f', icon: Rocket, page: () => import('@/pages/start/StartPage.vue') },
  {
    name: 'reference',
    path: '/reference',
    key: 'p',
    icon: BookOpenText,
    page: () => import('@/pages/reference/ReferencePage.vue'),
  },
]
