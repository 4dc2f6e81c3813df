import { expect, test, vi } from 'vitest'

import { joinTabs, type News } from './tabs'

test('a tab tells the others, and not itself; many changes in a row are one piece of news', async () => {
  const heard: string[] = []
  const listener = (name: string) => (news: News) => heard.push(`${name} ${news}`)
  const tell = joinTabs(listener('one'))
  joinTabs(listener('two'))

  tell('changed')
  tell('changed')
  await vi.waitFor(() => expect(heard).toEqual(['two changed']))
  tell('loggedOut')
  await vi.waitFor(() => expect(heard).toEqual(['two changed', 'two loggedOut']))
})
