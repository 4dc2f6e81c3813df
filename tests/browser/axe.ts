import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import { expect } from './fixtures'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Those of them that look at colours. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** Axe finds nothing, in the light theme and in the dark one, which differ in their colours only. */
export async function expectNoFault(page: Page, where: string, part?: string): Promise<void> {
  const faults = async (theme: 'light' | 'dark') => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    // Of what is right nothing is listed, and nothing is gathered from other frames: there are none.
    const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(true)
    if (part) axe.include(part)
    const { violations } = await (theme === 'light' ? axe.withTags(rules) : axe.withRules(colourRules)).analyze()
    return violations.map(
      ({ id, nodes }) => `${where}, ${theme}: ${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`,
    )
  }
  expect([...(await faults('light')), ...(await faults('dark'))]).toEqual([])
}
