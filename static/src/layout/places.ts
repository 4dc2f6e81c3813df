import { Users } from 'lucide-vue-next'
import type { Component } from 'vue'

/** A page that the navigation leads to. Its code and its texts are fetched when it is first opened. */
export interface Place {
  /** The route's name; `nav.<name>` is its label. */
  name: string
  path: string
  /** Pressed after `g`, it leads here. */
  key: string
  icon: Component
  page: () => Promise<unknown>
}

export const places: Place[] = [
  { name: 'accounts', path: '/accounts', key: 'a', icon: Users, page: () => import('@/pages/accounts/AccountsPage.vue') },
]
