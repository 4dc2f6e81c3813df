import './style.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import App from './App.vue'
import { i18n } from './i18n'
import { createQueries } from './queries'
import { router } from './router'

createApp(App)
  .use(i18n)
  .use(router)
  .use(VueQueryPlugin, { queryClient: createQueries(router) })
  .mount('#app')
