import { createRouter, createWebHistory, type Router } from 'vue-router'

import { base } from './base'
import { destinations } from './layout/navigation'

/** Where each address leads. */
export function createPageRouter(): Router {
  return createRouter({
    history: createWebHistory(base),
    routes: [
      { path: '/login', name: 'login', component: () => import('./pages/login/LoginPage.vue') },
      {
        path: '/',
        component: () => import('./layout/AppLayout.vue'),
        children: [
          ...destinations.map(({ name, path, opened, page }) => ({
            name,
            path: opened ? `${path}/${opened}?` : path,
            component: page,
          })),
          { path: ':rest(.*)*', component: () => import('./pages/NotFoundPage.vue') },
        ],
      },
    ],
  })
}
