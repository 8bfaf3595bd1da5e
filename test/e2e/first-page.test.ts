import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { newHome, type RunningProductUnderTest, startProduct } from '../servers/product.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

const browserPath = process.env['PLUMBLINE_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const pictures = process.env['PLUMBLINE_TEST_PICTURES'];

describe.skipIf(!existsSync(browserPath) && process.env['CI'] !== 'true')(
  'the first page in a browser (needs a real browser)',
  () => {
    const folder = newHome();
    let stub: SpeechStub;
    let product: RunningProductUnderTest;
    let browser: Browser;
    const complaints: string[] = [];

    beforeAll(async () => {
      stub = await startSpeechStub();
      product = await startProduct(folder.home, {
        PLUMBLINE_RECOGNISER_URL: stub.baseUrl,
        PLUMBLINE_RECOGNISER_KEY: stub.apiKey,
      });
      for (const name of ['zh-02', 'en-03']) {
        const form = new FormData();
        form.set('file', new Blob([new Uint8Array(readFileSync(join(packageRoot, 'samples', `${name}.flac`)))]), `${name}.flac`);
        form.set('metadata', readFileSync(join(packageRoot, 'samples', `${name}.meta.json`), 'utf8'));
        expect((await fetch(new URL('/api/v1/recordings', product.url), { method: 'POST', body: form })).status).toBe(202);
      }
      const bad = new FormData();
      bad.set('file', new Blob(['<html>']), 'page.wav');
      await fetch(new URL('/api/v1/recordings', product.url), { method: 'POST', body: bad });
      for (;;) {
        const { calls } = (await (await fetch(new URL('/api/v1/calls', product.url))).json()) as { calls: { state: string }[] };
        if (calls.length === 2 && calls.every(({ state }) => state === 'scored')) break;
        await sleep(300);
      }
      browser = await chromium.launch({
        executablePath: browserPath,
        args: [
          '--no-sandbox',
          '--disable-quic',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--no-first-run',
        ],
      });
    });
    afterAll(async () => {
      await browser?.close();
      await product?.stop();
      await stub?.close();
      folder.remove();
    });

    const open = async (language: 'zh' | 'en', colorScheme: 'light' | 'dark'): Promise<Page> => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme });
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(new URL(`/?language=${language}`, product.url).href);
      if (pictures !== undefined) {
        mkdirSync(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `first-page-${language}-${colorScheme}.png`) });
      }
      return page;
    };

    test.each([
      ['zh', 'light', '已评分'],
      ['en', 'dark', 'scored'],
    ] as const)(
      'shows the calls with their scores and a way to everything the API gives: %s, %s',
      async (language, scheme, word) => {
        const page = await open(language, scheme);
        expect(await page.locator('tbody tr').count()).toBe(2);
        expect(await page.locator('tbody').innerText()).toContain(word);
        const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');
        expect(wide).toBe(false);
        const links = await page
          .locator('tbody a')
          .evaluateAll((all) => all.map((link) => (link as unknown as { href: string }).href));
        for (const link of links) expect((await fetch(link)).status, link).toBe(200);
        await page.close();
      },
    );

    test('nothing complained', () => {
      expect(complaints).toEqual([]);
    });
  },
);
