import './style.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import App from './App.vue'
import { i18n } from './i18n'
import { loadAnewWhenOutdated } from './outdated'
import { createQueries } from './queries'
import { createPageRouter } from './router'

const router = createPageRouter()
loadAnewWhenOutdated(router)
createApp(App)
  .use(i18n)
  .use(router)
  .use(VueQueryPlugin, { queryClient: createQueries(router) })
  .mount('#app')
