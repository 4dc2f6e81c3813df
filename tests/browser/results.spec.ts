import { readFile } from 'node:fs/promises'
import { deflateSync } from 'node:zlib'

import { expectNoFault } from './axe'
import { expect, test } from './fixtures'
import type { Service } from './service'

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

/** A picture of one colour that the browser can show. */
function png(width: number, height: number, colour: [number, number, number]): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8)
  const row = Buffer.from([0, ...Array.from({ length: width }, () => colour).flat()])
  const rows = Buffer.concat(Array.from({ length: height }, () => row))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const red = png(320, 200, [200, 60, 60])
const blue = png(200, 320, [60, 60, 200])
/** What makes a file an MP4; there is nothing to play in it. */
const film = Buffer.from('0000001c6674797069736f6d0000020069736f6d69736f326d703431', 'hex')

/** Two pictures, a video, and what is none of both and so not kept, of a model of this test's own. */
async function make(service: Service, region: string): Promise<string> {
  await service.seed({ name: 'ann', region })
  const model = await service.addModel(region)
  const { key } = await service.addKey(`kept ${service.mark}`, { store_results: 'copy' })
  await service.makes(model, [
    { type: 'image/png', content: red },
    { type: 'image/png', content: blue },
    { type: 'video/mp4', content: film },
    { type: 'image/png', content: Buffer.from(`<!doctype html>${' '.repeat(200)}`) },
  ])
  const answer = await service.generate(model, {}, key)
  expect(answer.ok(), await answer.text()).toBe(true)
  return model
}

test('what was made is seen, opened, pinned, saved and deleted', async ({ app, page, service }) => {
  const model = await make(service, 'hk')
  await page.goto(`/results?model=${model}`)
  const tiles = page.getByRole('group', { name: 'Stored results' }).getByRole('listitem')
  await expect(tiles).toHaveCount(4)
  const pictures = tiles.locator('img[src]')
  await expect(pictures).toHaveCount(2)
  for (const picture of await pictures.all())
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
  await expect(tiles.filter({ hasText: 'MP4' })).toHaveCount(1)
  await expect(page.locator('[data-state=failed]').getByRole('button', { name: 'Try again' })).toBeVisible()
  await expectNoFault(page, 'the gallery', 'main')

  await tiles.first().getByRole('link').click()
  const viewer = page.getByRole('dialog', { name: `Image with ${model}` })
  await expect(viewer).toContainText('320 × 200')
  await expect(viewer.getByRole('link', { name: service.email('ann') })).toBeVisible()
  await expectNoFault(page, 'a result', '[role=dialog]')
  await page.keyboard.press('ArrowRight')
  await expect(viewer).toContainText('200 × 320')
  await viewer.getByRole('button', { name: 'Pin' }).click()
  await app.said('Pinned: kept until it is unpinned or deleted.')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    viewer.getByRole('link', { name: 'Download' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^res_[0-9a-f]{24}\.png$/)
  expect(blue.equals(await readFile(await download.path()))).toBe(true)
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(`/results?model=${model}`)

  await page.getByRole('button', { name: 'Pinned only' }).click()
  await expect(tiles).toHaveCount(1)
  await tiles.getByRole('link').click()
  await viewer.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await app.said('Result deleted.')
  await expect(page.getByText('No results match the filters')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).first().click()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('the gallery and a result fit the window', async ({ page, service }) => {
    const model = await make(service, 'cn')
    await page.goto(`/results?model=${model}`)
    const tiles = page.getByRole('group', { name: 'Stored results' }).getByRole('listitem')
    await expect(tiles).toHaveCount(4)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await tiles.first().getByRole('link').tap()
    const viewer = page.getByRole('dialog', { name: `Image with ${model}` })
    await expect(viewer.getByRole('img', { name: /^Image/ })).toBeInViewport()
    expect(await viewer.evaluate((element) => element.scrollWidth)).toBe(390)
    await viewer.getByRole('button', { name: 'Older' }).tap()
    await expect(viewer).toContainText('200 × 320')
    await viewer.getByRole('button', { name: 'Close' }).tap()
    await expect(page).toHaveURL(`/results?model=${model}`)
  })
})
