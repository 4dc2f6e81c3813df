import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { source } from 'axe-core'

import { expect } from './fixtures'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Those of them that look at colours. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** Axe finds nothing, in the light theme and in the dark one, which differ in their colours only. */
export async function expectNoFault(page: Page, where: string, part?: string): Promise<void> {
  const faults = async (theme: 'light' | 'dark') => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveClass(theme === 'dark' ? /dark/ : /^(?!.*dark)/)
    await page.evaluate(coloursHaveChanged)
    // Half a megabyte of script, which a page needs once.
    const isThere = await page.evaluate(() => 'axe' in window)
    const axeSource = isThere ? 'void 0' : `${source};(${parseEachColourOnce})()`
    // Of what is right nothing is listed, and nothing is gathered from other frames: there are none.
    const axe = new AxeBuilder({ page, axeSource }).options({ resultTypes: ['violations'] }).setLegacyMode(true)
    if (part) axe.include(part)
    const { violations } = await (theme === 'light' ? axe.withTags(rules) : axe.withRules(colourRules)).analyze()
    return violations.map(
      ({ id, nodes }) => `${where}, ${theme}: ${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`,
    )
  }
  expect([...(await faults('light')), ...(await faults('dark'))]).toEqual([])
}

interface Colour {
  r: number
  g: number
  b: number
  alpha: number
  parseString(text: string): this
}

interface AxeWindow {
  axe: { commons: { color: { Color: new () => Colour } } }
}

/**
 * In the page, once axe is there. Axe parses the colour of each element below each text, though a page has few colours:
 * that is a third of its time.
 */
function parseEachColourOnce(): void {
  const { axe } = window as unknown as AxeWindow
  const { Color } = axe.commons.color
  const parse = Color.prototype.parseString
  const known = new Map<string, Colour>()
  Color.prototype.parseString = function (this: Colour, text: string) {
    const colour = known.get(text) ?? parse.call(new Color(), text)
    known.set(text, colour)
    const { r, g, b, alpha } = colour
    return Object.assign(this, { r, g, b, alpha })
  }
}

/** In the page. Some colours fade from one theme's to the other's. */
async function coloursHaveChanged(): Promise<void> {
  const fading = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
  await Promise.allSettled(fading.map((transition) => transition.finished))
}
