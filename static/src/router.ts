import { createRouter, createWebHistory } from 'vue-router'

import AppLayout from './layout/AppLayout.vue'
import AccountsPage from './pages/accounts/AccountsPage.vue'
import LoginPage from './pages/login/LoginPage.vue'
import NotFoundPage from './pages/NotFoundPage.vue'

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    { path: '/login', name: 'login', component: LoginPage },
    {
      path: '/',
      component: AppLayout,
      children: [
        { path: '', redirect: '/accounts' },
        { path: 'accounts', name: 'accounts', component: AccountsPage },
        { path: ':rest(.*)*', component: NotFoundPage },
      ],
    },
  ],
})
