import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';
import { packageRoot } from '../../../services/kernel/index.ts';

export type Language = 'zh' | 'en';
export type Theme = 'light' | 'dark';

export const browserPath = process.env['PLUMBLINE_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
export const noBrowser = !existsSync(browserPath) && process.env['CI'] !== 'true';

/** The sizes at which no text may be cut: a laptop, and the smallest screen that the pages are made for. */
export const sizes = [
  { width: 1440, height: 900 },
  { width: 1280, height: 800 },
] as const;

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath,
    args: [
      '--no-sandbox',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** A person before the pages, in a language and a theme. What the pages complain of is kept. */
export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  close(): Promise<void>;
}

export async function person(
  browser: Browser,
  url: string,
  { language, theme, complaints }: { language: Language; theme: Theme; complaints: string[] },
): Promise<Person> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: sizes[0],
    colorScheme: theme,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
  });
  // Players are no part of the page's tree: they are caught when they play, and where they stood after each seek is kept.
  await context.addInitScript(`{
    const play = HTMLMediaElement.prototype.play;
    globalThis.players = [];
    globalThis.seeks = [];
    HTMLMediaElement.prototype.play = function () {
      if (!globalThis.players.includes(this)) globalThis.players.push(this);
      return play.call(this);
    };
    const time = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime');
    Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', {
      ...time,
      set(value) {
        const begun = performance.now();
        time.set.call(this, value);
        const stands = time.get.call(this);
        this.addEventListener(
          'seeked',
          () => globalThis.seeks.push({ stands, heard: time.get.call(this), sinceMs: performance.now() - begun }),
          { once: true },
        );
      },
    });
  }`);
  const page = await context.newPage();
  watchRequests(page);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${String(error)}`));
  return { page, context, close: () => context.close() };
}

/** Goes to a page and waits until nothing is being read any more. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('main').first().waitFor();
  await settled(page);
}

/** Until an expression is true in the page. Asked from outside: the pages' own policy lets nothing be evaluated inside them. */
export async function until(page: Page, expression: string, patienceMs = 20_000): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    if (await page.evaluate<boolean>(`Boolean(${expression})`)) return;
    if (performance.now() > end) throw new Error(`never became true on ${page.url()}: ${expression}`);
    await page.waitForTimeout(40);
  }
}

const open = new WeakMap<Page, Set<Request>>();

/** Keeps what a page is asking for; but not events, which never end, and sound, which ends when it likes. */
function watchRequests(page: Page): void {
  const asked = new Set<Request>();
  open.set(page, asked);
  page.on('request', (request) => {
    if (!/\/(events|audio)(\?|$)/.test(request.url())) asked.add(request);
  });
  page.on('requestfinished', (request) => asked.delete(request));
  page.on('requestfailed', (request) => asked.delete(request));
}

const nothingLoads = `document.querySelector('.state.loading,[aria-busy="true"]') === null`;

/** Until a page has had all its answers, nothing is loading and fonts are there. */
export async function settled(page: Page): Promise<void> {
  const end = performance.now() + 20_000;
  for (let quiet = 0; quiet < 4 && performance.now() < end;) {
    await page.waitForTimeout(80);
    quiet = open.get(page)?.size === 0 ? quiet + 1 : 0;
  }
  await until(page, `document.fonts.status === 'loaded' && ${nothingLoads}`);
}

/** Findings of axe against WCAG 2.2 A and AA, each with where it is. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary ?? ''}`),
  );
}

export interface TextFindings {
  readonly cut: readonly string[];
  readonly overlapping: readonly string[];
  /** The page itself scrolls, sideways or downwards. */
  readonly wide: boolean;
  readonly tall: boolean;
}

const inPage = readFileSync(join(packageRoot, 'test', 'e2e', 'web', 'text-in-page.mjs'), 'utf8');

export const textFindings = (page: Page): Promise<TextFindings> => page.evaluate<TextFindings>(inPage);

/** Where pictures for the guide go; nowhere in an ordinary run, which leaves the tree as it is. */
const inGuide = process.env['PLUMBLINE_PICTURES'] === '1';
const guidePictures: ReadonlySet<string> = new Set(['today', 'search', 'search-error', 'call', 'upload', 'operations']);
const pictures = inGuide ? join(packageRoot, 'docs', 'pictures') : process.env['PLUMBLINE_PICTURES_AT'];

export async function picture(page: Page, name: string, language: Language, theme: Theme): Promise<void> {
  if (pictures === undefined || pictures === '' || (inGuide && (theme === 'dark' || !guidePictures.has(name)))) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}-${language}${theme === 'dark' ? '-dark' : ''}.png`) });
}
