import { writeFile } from 'node:fs/promises'

import type { Locator, Page } from '@playwright/test'

import { expectNoFault } from './axe'
import { expect, test } from './fixtures'

async function open(page: Page, address: string): Promise<Locator> {
  await page.goto(address)
  await page.getByRole('button', { name: 'Import' }).first().click()
  return page.getByRole('dialog', { name: 'Import accounts' })
}

const line = (dialog: Locator, number: number) =>
  dialog.getByRole('row').filter({
    has: dialog.page().getByRole('cell', { name: String(number), exact: true }),
  })

test('a file is chosen or dropped, whatever its line ends and marks', async ({ page, service }, info) => {
  const dialog = await open(page, service.address())
  const file = info.outputPath('accounts.txt')
  await writeFile(file, `\uFEFF# exported\r\n${service.email('one')}:pä:ss\r\n\r\n${service.email('two')}:pw  \r\n`)
  await dialog.locator('input[type=file]').first().setInputFiles(file)
  await expect(dialog.getByText('accounts.txt loaded.')).toBeVisible()
  await expect(line(dialog, 4)).toContainText(service.email('two'))

  const dropped = await page.evaluateHandle((email) => {
    const data = new DataTransfer()
    const bytes = new Uint8Array([...new TextEncoder().encode(`${email}:p`), 0xff, 0x0a])
    data.items.add(new File([bytes], 'dropped.csv', { type: 'text/csv' }))
    return data
  }, service.email('three'))
  await dialog.getByLabel('Credentials').dispatchEvent('drop', { dataTransfer: dropped })
  await expect(dialog.getByText('dropped.csv loaded.')).toBeVisible()
  await expect(line(dialog, 1)).toContainText('The line contains unreadable characters')
})

test('the preview names the form, and what is faulty is what the service refuses', async ({ page, service }) => {
  const mail = service.email('x')
  const lines = [`${mail}----pw----jp`, ' # x', `${mail}x:pw`, `\u200B${mail}y----p w`, `${mail}z----us`, '  ']
  const credentials = lines.join('\u2028')
  const told = await service.faultyLines(credentials)
  expect(told).toEqual([3, 5])
  const dialog = await open(page, service.address())
  await dialog.getByLabel('Credentials').fill(credentials)
  await expect(dialog.getByText('Fields are separated by ----')).toBeVisible()
  await dialog.getByText(/^Invalid \d+$/).click()
  await expect(dialog.getByRole('row')).toHaveCount(told.length + 1)
  const shown = await dialog.getByRole('row').locator('[role=cell]:first-child').allTextContents()
  expect(shown.map(Number)).toEqual(told)
})

test('twenty thousand lines are read, shown and imported without the page standing still', async ({
  page,
  service,
}, info) => {
  test.setTimeout(180_000)
  const dialog = await open(page, service.address())
  const file = info.outputPath('many.txt')
  const hex = (at: number) => at.toString(16).padStart(32, '0')
  await writeFile(
    file,
    Array.from({ length: 20_000 }, (_, at) => `${service.email(`n${at}`)}:pass:word${at}:hk:${hex(at)}`).join('\r\n'),
  )
  await page.evaluate(() => {
    const frames = { last: performance.now(), longest: 0 }
    Object.assign(window, { frames })
    const tick = (now: number) => {
      frames.longest = Math.max(frames.longest, now - frames.last)
      frames.last = now
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })
  await dialog.locator('input[type=file]').first().setInputFiles(file)
  const submit = dialog.getByRole('button', { name: 'Import 20,000 accounts' })
  await expect(submit).toBeEnabled({ timeout: 60_000 })
  const longest = await page.evaluate(() => (window as unknown as { frames: { longest: number } }).frames.longest)
  expect(await dialog.getByRole('row').count()).toBeLessThan(60)
  await dialog.getByRole('region', { name: 'Parsed lines' }).evaluate((box) => (box.scrollTop = box.scrollHeight))
  await expect(line(dialog, 20_000)).toContainText(service.email('n19999'))

  const began = Date.now()
  await submit.click()
  await expect(dialog.getByText('20,000 accounts imported.')).toBeVisible({
    timeout: 90_000,
  })
  info.annotations.push({
    type: 'measured',
    description: `${Date.now() - began} ms to import, longest frame ${Math.round(longest)} ms while reading`,
  })
  console.log(info.annotations.at(-1)!.description)
})

test('the open dialog has no fault that axe finds', async ({ page, service }) => {
  test.setTimeout(90_000)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  const dialog = await open(page, service.address())
  await dialog.getByLabel('Credentials').fill(`${service.email('one')}:pw\nbad\n${service.email('one')}:pw`)
  await expect(line(dialog, 2)).toBeVisible()
  await expectNoFault(page, 'the preview', '[role=dialog]')
  await dialog.getByLabel('Skip the invalid line').check()
  await dialog.getByRole('button', { name: 'Import 1 account' }).click()
  await expect(dialog.getByText('1 account imported.')).toBeVisible()
  await expectNoFault(page, 'the result', '[role=dialog]')
})
