import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localSpeechHome } from '../../servers/local-speech.ts';
import { newHome, type RunningProductUnderTest, startProduct } from '../../servers/product.ts';
import { type SpeechStub, startSpeechStub } from '../../servers/speech-stub.ts';
import {
  axeFindings,
  type Language,
  noBrowser,
  person,
  type Person,
  picture,
  settled,
  sizes,
  startBrowser,
  textFindings,
  type Theme,
  until,
  visit,
} from './browser.ts';
import { day, headlineCard, json, recordingOf, serveSampleCalls } from './served-calls.ts';

const speech = await localSpeechHome();
const samples = ['zh-01', 'zh-03', 'zh-05', 'en-03', 'en-05'] as const;
const seekToleranceMs = 150;
const mostScriptBytes = 400_000;

/** One product and one browser for all: what a person does with the pages, and what the pages must be. */
describe.skipIf(noBrowser)('the web pages over the whole product (needs a real browser)', () => {
  const folder = newHome();
  const complaints: string[] = [];
  let stub: SpeechStub | undefined;
  let product: RunningProductUnderTest;
  let browser: Browser;
  let calls: Map<string, string>;
  /** Of a person who uploads, and whose page stays open until the call is there. */
  let uploader: Person;

  const as = (language: Language, theme: Theme = 'light'): Promise<Person> =>
    person(browser, product.url, { language, theme, complaints });
  const callOf = (sample: (typeof samples)[number]): string => calls.get(sample)!;

  beforeAll(async () => {
    if (speech === undefined) stub = await startSpeechStub();
    product = await startProduct(
      folder.home,
      stub === undefined
        ? { PLUMBLINE_SPEECH_HOME: speech!.folder }
        : { PLUMBLINE_RECOGNISER_URL: stub.baseUrl, PLUMBLINE_RECOGNISER_KEY: stub.apiKey },
    );
    browser = await startBrowser();
    calls = await serveSampleCalls(product.url, samples);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await stub?.close();
    folder.remove();
  });

  describe('a recording uploaded in the page', () => {
    const name = uploaded;
    // Of equal deliveries the first by name is the call's.
    const copy = 'second-copy.flac';
    const sent = (page: Page, file: string) => page.getByRole('row').filter({ hasText: file });

    test('is sent beside others, and each that is refused says why in the page’s language', async () => {
      uploader = await as('zh');
      const { page } = uploader;
      await visit(page, '/upload');
      await page.getByTestId('files-input').setInputFiles([
        { name, mimeType: 'audio/flac', buffer: recordingOf('zh-02') },
        { name: `${name}.json`, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(aboutTheCall)) },
        { name: 'page.wav', mimeType: 'audio/wav', buffer: Buffer.from('<!doctype html>') },
      ]);
      await sent(page, 'page.wav').getByText('这不是受支持的录音文件').waitFor();
      await sent(page, name).getByText('已收下').waitFor();
      await page.getByTitle('Switch to English').click();
      await sent(page, 'page.wav').getByText('This is not a recording that can be read').waitFor();
      await page.getByTitle('切换到中文').click();
      expect(await page.getByRole('row').count()).toBe(3);
    });

    test('sent again is said to be there already; one under a taken call id is kept aside', async () => {
      const { page } = uploader;
      const note = JSON.stringify({ externalId: 'HC-261027-008801' });
      await page.getByTestId('files-input').setInputFiles([
        { name: copy, mimeType: 'audio/flac', buffer: recordingOf('zh-02') },
        { name: `${copy}.json`, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(aboutTheCall)) },
        { name: 'other.flac', mimeType: 'audio/flac', buffer: recordingOf('en-03') },
        { name: 'other.flac.json', mimeType: 'application/json', buffer: Buffer.from(note) },
      ]);
      await sent(page, copy).getByText('同一录音已收过').waitFor();
      await sent(page, 'other.flac').getByText('同一编号下已有另一录音').waitFor();
    });

    test('a manifest says what it announced and which of its lines cannot be used', async () => {
      const { page } = uploader;
      const lines = [
        '文件,通话编号,开始时间',
        `${name},HC-261028-000001,2026-10-28T19:00:00+08:00`,
        ',HC-261028-000002,',
        'a.wav,X,nonsense',
      ];
      await page.getByTestId('manifest-input').setInputFiles({
        name: 'list.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(lines.join('\n')),
      });
      const panel = page.getByRole('region', { name: '清单' });
      await panel.getByText('登记 1 个录音').waitFor();
      expect(await panel.innerText()).toMatch(/第 3 行\s+没有写明文件/);
      expect(await panel.innerText()).toMatch(/第 4 行\s+开始时间应形如/);
      await picture(page, 'upload', 'zh', 'light');
      await page.getByTitle('Switch to English').click();
      await picture(page, 'upload', 'en', 'light');
      await page.getByTitle('切换到中文').click();
    });
  });

  describe('a verdict’s evidence', () => {
    test.each([
      ['zh-01', 'zh'],
      ['en-03', 'en'],
    ] as const)('of %s is heard from where it begins', async (sample, language) => {
      const { page, close } = await as(language);
      await visit(page, `/calls/${callOf(sample)}`);
      await playsEvidence(page, callOf(sample));
      await close();
    });
  });

  /** An expression that cannot be read: the page says where, and asks nothing of the server's calls. */
  async function typeWrongly(page: Page): Promise<void> {
    await page.keyboard.press('/');
    await page.keyboard.type('agnet: ~"保证收益"');
    await page.getByRole('alert').first().waitFor();
    // The results of the sentence before step back.
    await page.waitForTimeout(400);
  }

  /** Plays the first evidence of each of three criteria, and measures where the audio element stands when it begins. */
  async function playsEvidence(page: Page, callId: string): Promise<void> {
    const proven = (await headlineCard(product.url, callId)).criteria.filter(({ evidence }) => evidence.length > 0).slice(0, 3);
    expect(proven.length).toBeGreaterThan(0);
    const starts = proven.map(({ evidence }) => evidence[0]!.startMs);
    const buttons = page.locator('.crow .ev');
    await buttons.first().waitFor();
    for (const start of starts) {
      const before = await page.evaluate<number>('globalThis.seeks.length');
      await buttons
        .filter({ hasText: placeOf(start) })
        .first()
        .click();
      await until(page, `globalThis.seeks.length > ${before} && globalThis.players.some((each) => !each.paused)`);
      const { stands, heard, sinceMs } = await page.evaluate<Seek>('globalThis.seeks.at(-1)');
      expect(Math.abs(stands * 1000 - start), `${start} ms`).toBeLessThanOrEqual(seekToleranceMs);
      // What has been played by the time that the page is told of the seek belongs to the evidence.
      expect(heard * 1000).toBeGreaterThanOrEqual(start - seekToleranceMs);
      expect(heard * 1000 - sinceMs).toBeLessThanOrEqual(start + seekToleranceMs);
      await page.evaluate('globalThis.players.forEach((each) => each.pause())');
    }
    expect(await page.evaluate<boolean>('globalThis.players.every((each) => each.error === null)')).toBe(true);
  }

  describe('a call is found', () => {
    const results = (page: Page) => page.getByRole('list', { name: /结果|results/i });

    test.each([
      [
        'by a phrase that nearly fits',
        'en',
        '~"anything else that I can do for you"',
        'Is there anything else I can do for you?',
      ],
      ['by words that sound alike', 'zh', '~"过网夜计也不带表为来表现"', '过往业绩也不代表未来表现'],
      ['by the words themselves', 'zh', '坐席: "不是存款"', '理财产品不是存款'],
    ] as const)('%s', async (_how, language, expression, sentence) => {
      const { page, close } = await as(language);
      await visit(page, `/search?q=${encodeURIComponent(expression)}`);
      expect(await results(page).innerText()).toContain(sentence);
      await close();
    });

    test('by a criterion and its verdict, chosen on the page', async () => {
      const { page, close } = await as('zh');
      await visit(page, '/search');
      const unmet = await Promise.all(
        samples.map(async (sample) => {
          const { criteria } = await headlineCard(product.url, callOf(sample));
          return criteria.some(({ id, verdict }) => id === 'identity' && verdict === 'unmet') ? sample : undefined;
        }),
      );
      const wanted = unmet.filter((sample) => sample !== undefined);
      expect(wanted.length).toBeGreaterThan(0);
      expect(wanted.length).toBeLessThan(samples.length);
      const filter = JSON.stringify({ criterion: { criterionId: 'identity', verdicts: ['unmet'] } });
      await visit(page, `/search?f=${encodeURIComponent(filter)}`);
      const links = results(page).locator('a[href^="/calls/"]');
      const found = new Set(
        (await links.evaluateAll((all) => all.map((link) => new URL((link as unknown as { href: string }).href).pathname))).map(
          (path) => path.split('/').at(-1),
        ),
      );
      const expected = new Set(wanted.map(callOf));
      for (const callId of expected) expect(found).toContain(callId);
      const others = samples.filter((sample) => !wanted.includes(sample)).map(callOf);
      for (const callId of others) expect(found).not.toContain(callId);
      await close();
    });
  });

  test('everything can be done with the keyboard alone', async () => {
    const { page, close } = await as('zh');
    await visit(page, `/today?date=${day}`);
    const { keyboard } = page;
    await keyboard.press('[');
    await page.waitForURL(/date=2026-10-26/);
    await keyboard.press(']');
    await page.waitForURL(/date=2026-10-27/);
    await keyboard.press('/');
    await page.waitForURL(/\/search/);
    await settled(page);
    await keyboard.press('/');
    await keyboard.type('~"过往业绩"');
    await keyboard.press('Control+Enter');
    await page.waitForURL(/q=/);
    await settled(page);
    await keyboard.press('Escape');
    await keyboard.press('j');
    await keyboard.press('Enter');
    await page.waitForURL(/\/calls\//);
    await settled(page);
    await keyboard.press('e');
    await until(page, 'globalThis.players.some((each) => !each.paused)');
    await keyboard.press(' ');
    await until(page, 'globalThis.players.every((each) => each.paused)');
    await keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await keyboard.press('g');
    await keyboard.press('o');
    await page.waitForURL(/\/operations/);
    await close();
  });

  test.each(['/today', '/operations', '/upload', '/search', '/calls'])(
    'the tab key reaches every button and link of %s, and shows where it is',
    async (path) => {
      const { page, close } = await as('en');
      await visit(page, path === '/calls' ? `/calls/${callOf('zh-01')}` : path === '/today' ? `/today?date=${day}` : path);
      const all = await page.evaluate<number>(`(${markTargets})()`);
      expect(all).toBeGreaterThan(5);
      const unseen = new Set<string>();
      for (let presses = 0; presses < all + 30; presses += 1) {
        await page.keyboard.press('Tab');
        const bare = await page.evaluate<string | null>(`(${reached})()`);
        if (bare !== null) unseen.add(bare);
      }
      expect(
        await page.evaluate<string[]>(
          '[...document.querySelectorAll("[data-target]")].map((each) => each.outerHTML.slice(0, 120))',
        ),
      ).toEqual([]);
      expect([...unseen]).toEqual([]);
      await close();
    },
  );

  describe.each([
    ['zh', 'light'],
    ['zh', 'dark'],
    ['en', 'light'],
    ['en', 'dark'],
  ] as const)('in %s, %s', (language, theme) => {
    const pages: readonly (readonly [string, () => string])[] = [
      ['today', () => `/today?date=${day}`],
      ['search', () => `/search?q=${encodeURIComponent(language === 'zh' ? '~"过网业绩"' : '~"anything else that I can do"')}`],
      ['call', () => `/calls/${callOf(language === 'zh' ? 'zh-03' : 'en-03')}`],
      ['upload', () => '/upload'],
      ['operations', () => `/operations?date=${day}`],
      // What differs from these in a panel alone is looked at in three of the four.
      ...(theme === 'light' || language === 'en'
        ? ([
            ['today-empty', () => '/today?date=2026-12-24'],
            ['search-error', () => '/search'],
          ] as const)
        : []),
    ];

    test('axe finds nothing, no text is cut or lies over other text, and no page scrolls', async () => {
      const { page, close } = await as(language, theme);
      const findings: Record<string, unknown> = {};
      for (const [name, path] of pages) {
        await page.setViewportSize(sizes[0]);
        await visit(page, path());
        if (name === 'search-error') await typeWrongly(page);
        expect(await page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe(theme);
        if (name !== 'upload') await picture(page, name, language, theme);
        const axe = await axeFindings(page);
        if (axe.length > 0) findings[`${name}: axe`] = axe;
        // Words lie where they lie in either theme.
        for (const size of theme === 'light' ? sizes : []) {
          await page.setViewportSize(size);
          await page.waitForTimeout(250);
          const { cut, overlapping, wide, tall } = await textFindings(page);
          if (cut.length + overlapping.length > 0) findings[`${name}: text at ${size.width}`] = { cut, overlapping };
          if (wide || tall) findings[`${name}: scrolls at ${size.width}`] = { wide, tall };
        }
      }
      await close();
      expect(findings).toEqual({});
    }, 240_000);
  });

  test('the search for cut and covered text finds what is planted', async () => {
    const { page, close } = await as('en');
    await visit(page, '/operations');
    await page.evaluate(`{
      const box = document.createElement('div');
      box.style.cssText = 'position:fixed;left:300px;top:300px;z-index:99;width:300px;height:240px;background:#fff;color:#000';
      box.innerHTML = '<p style="width:40px;overflow:hidden;white-space:nowrap">planted and cut</p>' +
        '<p style="position:absolute;left:0;top:60px">planted below</p><p style="position:absolute;left:4px;top:63px">planted above</p>' +
        '<p style="position:absolute;left:0;top:120px">hidden below</p>' +
        '<p style="position:absolute;left:0;top:120px;background:#fff">covering it</p>';
      document.body.append(box);
    }`);
    const { cut, overlapping } = await textFindings(page);
    expect(cut).toEqual(['p "planted and cut"']);
    expect(overlapping).toEqual(['p "planted below" over p "planted above"']);
    await close();
  });

  test.each(['/', '/search'])('the first page at %s needs at most 400 kB of compressed script', async (path) => {
    const { page, close } = await as('zh');
    const scripts: Promise<number>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      scripts.push(
        response
          .request()
          .sizes()
          .then(({ responseBodySize }) => responseBodySize),
      );
    });
    await visit(page, path);
    const sum = (await Promise.all(scripts)).reduce((total, size) => total + size, 0);
    expect(scripts.length).toBeGreaterThan(0);
    expect(sum).toBeGreaterThan(50_000);
    expect(sum).toBeLessThanOrEqual(mostScriptBytes);
    await close();
  });

  test('the numbers of a day add up on the page', async () => {
    const { page, close } = await as('en');
    await visit(page, `/today?date=${day}`);
    const flow = await json<{ received: number; calls: { total: number; scored: number }; missing: number }>(
      product.url,
      `/api/v1/flow?from=${day}&to=${day}`,
    );
    expect(flow).toMatchObject({ calls: { total: samples.length, scored: samples.length }, missing: 2 });
    await page.getByText('Adds up').waitFor();
    const printed = await page.locator('.eqs span').allInnerTexts();
    expect(printed.length).toBeGreaterThan(1);
    for (const text of printed) {
      const [left, right] = text.split(' = ');
      expect(
        left?.split(' + ').reduce((total, each) => total + Number(each), 0),
        text,
      ).toBe(Number(right));
    }
    const totals = await page.locator('tr.sumr td').allInnerTexts();
    expect(totals[2]).toBe(String(flow.calls.scored));
    await close();
  });

  test('a sum that fails is shown as failing, with the numbers as they were counted', async () => {
    const { page, close } = await as('en');
    await page.route('**/api/v1/flow*', async (route) => {
      const answer = await route.fetch();
      const flow = (await answer.json()) as {
        calls: { total: number };
        sums: { left: number[]; right: number; holds: boolean }[];
      };
      const sums = flow.sums.map((sum, at) => (at === 2 ? { ...sum, right: sum.right + 1 } : sum));
      await route.fulfill({ response: answer, json: { ...flow, sums } });
    });
    await visit(page, `/today?date=${day}`);
    await page.getByText('Does not add up').waitFor();
    expect(await page.locator('.eqs .no').innerText()).toBe(`${samples.length} ≠ ${samples.length + 1}`);
    const alert = page.getByRole('alert');
    expect(await alert.innerText()).toMatch(/off by 1\. The numbers stay as they were counted/);
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'today-fails', 'en', 'light');
    await alert.getByRole('link').click();
    await page.waitForURL(/\/operations\?date=2026-10-27/);
    await close();
  });

  test.skipIf(speech === undefined)(
    'the recording that was uploaded is heard, appears as a call, and its evidence can be played',
    async () => {
      const { page, close } = uploader;
      const row = page.getByRole('row').filter({ hasText: uploaded });
      await row.getByText('已评分').waitFor({ timeout: 220_000 });
      await row.getByRole('link').click();
      await settled(page);
      await playsEvidence(page, new URL(page.url()).pathname.split('/').at(-1)!);
      await close();
    },
    240_000,
  );

  test('nothing complained', () => {
    expect(complaints).toEqual([]);
  });
});

/** Seconds at which the audio element stood once it was told to, and at which it was when it had sought; milliseconds between. */
interface Seek {
  readonly stands: number;
  readonly heard: number;
  readonly sinceMs: number;
}

const uploaded = 'evening-call.flac';
const aboutTheCall = { direction: 'outbound', queue: 'wealth-outbound', language: 'zh', layout: 'agent-left' };

/** `0:17.6`, as the pages write a place in a call. */
function placeOf(ms: number): string {
  const tenths = Math.floor(ms / 100);
  return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`;
}

/** Marks every button and link that a person sees and may use; gives how many. Runs in the page. */
const markTargets = `() => {
  const seen = [...document.querySelectorAll('a[href],button:not(:disabled),select,input:not(.sr),[tabindex="0"]')].filter((each) => {
    const box = each.getBoundingClientRect();
    return each.tabIndex >= 0 && box.width > 1 && box.height > 1 && getComputedStyle(each).visibility !== 'hidden';
  });
  for (const each of seen) each.dataset.target = '';
  return seen.length;
}`;

/** Takes the mark off what has the focus; gives it when nothing shows that it has. Runs in the page. */
const reached = `() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return null;
  delete at.dataset.target;
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = 'var(--accent)';
  const accent = getComputedStyle(probe).color;
  probe.remove();
  let around = at;
  for (let step = 0; step < 5 && around !== null; step += 1, around = around.parentElement) {
    const { outlineStyle, outlineWidth, boxShadow, borderTopColor, borderTopWidth } = getComputedStyle(around);
    if (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) return null;
    if (boxShadow !== 'none' || (borderTopColor === accent && Number.parseFloat(borderTopWidth) >= 1)) return null;
  }
  return at.outerHTML.slice(0, 120);
}`;
