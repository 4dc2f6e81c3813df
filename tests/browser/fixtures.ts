import {
  expect,
  test as base,
  type Locator,
  type Page,
} from "@playwright/test";

import { password, Service } from "./service";

interface Fixtures {
  service: Service;
  /** The page, already logged in. */
  app: App;
}

export class App {
  constructor(readonly page: Page) {}

  row(email: string): Locator {
    return this.page.getByRole("row").filter({ hasText: email });
  }

  /** Chooses an entry of a row's menu. */
  async act(email: string, action: string): Promise<void> {
    await this.row(email)
      .getByRole("button", { name: `Actions for ${email}` })
      .click();
    await this.page.getByRole("menuitem", { name: action }).click();
  }

  async said(text: string | RegExp): Promise<void> {
    await expect(
      this.page.getByRole("region", { name: "Notifications" }).getByText(text),
    ).toBeVisible();
  }
}

export const test = base.extend<Fixtures>({
  // Whatever a test does, the page throws nothing and does nothing that its Content-Security-Policy forbids.
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on("pageerror", (fault) => faults.push(fault.message));
    page.on(
      "console",
      (line) =>
        /Content Security Policy|\[Vue warn]|\[intlify]/.test(line.text()) &&
        faults.push(line.text()),
    );
    await use(page);
    expect(faults).toEqual([]);
  },

  service: async ({ playwright, baseURL }, use) => {
    const http = await playwright.request.newContext({ baseURL });
    const service = new Service(http);
    await use(service);
    await service.clear();
    await http.dispose();
  },

  app: async ({ page }, use) => {
    const answer = await page.request.post("/api/login", {
      headers: { "X-Requested-With": "dreamina" },
      data: { password },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    await use(new App(page));
  },
});

export { expect, password };
