import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../heard-turns.ts';
import { scenesEn } from './scenes-en.ts';
import { scenesZh } from './scenes-zh.ts';

/** A kind of conversation; its lines are `a: words` or `c: words`, with `[this|that]` and `{slots}`; `?` in front: in some calls. */
export interface Scene {
  readonly name: string;
  readonly lines: readonly string[];
}

interface Draw {
  readonly random: () => number;
  readonly of: <T>(items: readonly T[]) => T;
  readonly whole: (least: number, most: number) => number;
}

type Language = 'zh' | 'en';
type Slots = Readonly<Record<string, (draw: Draw) => string>>;

const digitNames = {
  zh: [...'零一二三四五六七八九'],
  en: 'zero one two three four five six seven eight nine'.split(' '),
};
const spelled = (draw: Draw, language: Language, count: number): string =>
  Array.from({ length: count }, () => digitNames[language][draw.whole(0, 9)]).join(language === 'zh' ? '' : ' ');

function chinese(value: number): string {
  if (value >= 10_000) {
    const rest = value % 10_000;
    return `${chinese(Math.floor(value / 10_000))}万${rest === 0 ? '' : `${rest < 1000 ? '零' : ''}${chinese(rest)}`}`;
  }
  let out = '';
  let gap = false;
  for (const [unit, name] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(value / unit) % 10;
    if (digit === 0) {
      gap = out !== '';
      continue;
    }
    const silent = unit === 10 && digit === 1 && out === '';
    out += `${gap ? '零' : ''}${silent ? '' : digitNames.zh[digit]}${name}`;
    gap = false;
  }
  return out === '' ? '零' : out;
}

const below20 =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

function english(value: number): string {
  if (value < 20) return below20[value] ?? '';
  if (value < 100) return `${tens[Math.floor(value / 10) - 2]}${value % 10 === 0 ? '' : ` ${below20[value % 10]}`}`;
  if (value < 1000)
    return `${english(Math.floor(value / 100))} hundred${value % 100 === 0 ? '' : ` and ${english(value % 100)}`}`;
  return `${english(Math.floor(value / 1000))} thousand${value % 1000 === 0 ? '' : ` ${english(value % 1000)}`}`;
}

const roundMoney = (draw: Draw): number =>
  draw.of([
    draw.whole(1, 9) * 100,
    draw.whole(2, 99) * 1000,
    draw.whole(1, 60) * 10_000,
    draw.whole(11, 980),
    draw.whole(1001, 9800),
  ]);

const months = 'January February March April May June July August September October November December'.split(' ');
const ordinals =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth'.split(' ');

const slots: Readonly<Record<Language, Slots>> = {
  zh: {
    id: (draw) => spelled(draw, 'zh', 4),
    last4: (draw) => spelled(draw, 'zh', 4),
    digits: (draw) => spelled(draw, 'zh', draw.whole(6, 8)),
    digits2: (draw) => spelled(draw, 'zh', 6),
    money: (draw) => `${chinese(roundMoney(draw))}${draw.of(['元', '块钱', '块', '元'])}`,
    percent: (draw) =>
      draw.random() < 0.6
        ? `百分之${digitNames.zh[draw.whole(0, 9)]}点${draw.whole(0, 1) === 1 ? digitNames.zh[draw.whole(1, 9)] : spelled(draw, 'zh', 2)}`
        : `百分之${chinese(draw.whole(1, 30))}`,
    days: (draw) =>
      draw.of([`${chinese(draw.whole(2, 15))}个工作日`, `${chinese(draw.whole(7, 180))}天`, `${chinese(draw.whole(3, 20))}天`]),
    minutes: (draw) => `${chinese(draw.whole(2, 12) * 5)}分钟`,
    hours: (draw) => `${chinese(draw.whole(2, 48))}小时`,
    instalments: (draw) => `${chinese(draw.of([12, 24, 36, 60]))}期`,
    ordinal: (draw) => chinese(draw.whole(2, 28)),
    date: (draw) => `${chinese(draw.whole(1, 12))}月${chinese(draw.whole(1, 28))}${draw.of(['号', '号', '日'])}`,
    surname: (draw) => draw.of([...'王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗']),
    name: (draw) =>
      draw.of([...'王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗']) +
      draw.of(['伟', '芳', '秀英', '建国', '晓东', '丽华', '志强', '敏', '静', '海涛', '雪梅', '文博']) +
      draw.of(['先生', '女士']),
    company: (draw) => draw.of(['明远科技', '东升贸易', '华信物流', '佳禾食品', '立达机械']),
    product: (draw) =>
      draw.of(['稳健理财', '一年定期存款', '债券基金', '固收增强产品', '大额存单', '国债', '货币基金', '混合型基金']),
  },
  en: {
    id: (draw) => spelled(draw, 'en', 4),
    last4: (draw) => spelled(draw, 'en', 4),
    digits: (draw) => spelled(draw, 'en', draw.whole(6, 7)),
    money: (draw) =>
      `${english(draw.of([draw.whole(15, 99), draw.whole(2, 19) * 50, draw.whole(2, 90) * 1000]))} ${draw.of(['dollars', 'pounds'])}`,
    percent: (draw) =>
      draw.random() < 0.6
        ? `${english(draw.whole(1, 9))} point ${digitNames.en[draw.whole(1, 9)]} percent`
        : `${english(draw.whole(2, 20))} percent`,
    days: (draw) => draw.of([`${english(draw.whole(2, 15))} working days`, `${english(draw.whole(14, 90))} days`]),
    times: (draw) => `${english(draw.whole(3, 8))} times`,
    instalments: (draw) => `${english(draw.of([6, 12, 18, 24]))} installments`,
    date: (draw) => `the ${ordinals[draw.whole(0, 14)]} of ${draw.of(months)}`,
    name: (draw) =>
      draw.of(['Mister ', 'Miss ', 'Mrs ']) +
      draw.of(['Walker', 'Bennett', 'Turner', 'Hughes', 'Campbell', 'Morgan', 'Fraser', 'Mitchell']),
  },
};

/** One of each choice, innermost slots filled; the same draw gives the same words. */
function say(line: string, language: Language, draw: Draw, kept: Map<string, string>): string {
  const chosen = line.replaceAll(/\[([^\]]*)\]/gu, (_, options: string) => draw.of(options.split('|')));
  return chosen.replaceAll(/\{(\w+)\}/gu, (_, slot: string) => {
    const known = slot === 'name' || slot === 'id' || slot === 'surname' ? kept.get(slot) : undefined;
    const made = known ?? slots[language][slot]?.(draw) ?? slot;
    kept.set(slot, made);
    return made;
  });
}

const voices = {
  zh: [
    'zf_xiaobei',
    'zf_xiaoxiao',
    'zf_xiaoyi',
    'zm_yunjian',
    'zm_yunxi',
    'zm_yunxia',
    'zm_yunyang',
    'zf_xiaobei*0.5+zf_xiaoyi*0.5',
    'zm_yunxi*0.6+zm_yunyang*0.4',
  ],
  en: [
    'af_bella',
    'af_heart',
    'af_nicole',
    'af_sarah',
    'am_fenrir',
    'am_michael',
    'am_puck',
    'bf_emma',
    'bf_isabella',
    'bm_george',
    'bm_fable',
  ],
} as const;

/** The script of a call, in the form that the speech maker reads (JSON is YAML). */
export function callScript(id: string, language: Language, scene: Scene, seed: number): unknown {
  const random = seeded(seed);
  const draw: Draw = {
    random,
    of: (items) => items[Math.floor(random() * items.length)] as (typeof items)[number],
    whole: (least, most) => least + Math.floor(random() * (most - least + 1)),
  };
  const kept = new Map<string, string>();
  const turns: Record<string, string>[] = [];
  let [before, skipped] = [false, false];
  for (const line of scene.lines) {
    const optional = line.startsWith('?');
    // What is left out goes with its answer.
    if (!optional || !before) skipped = optional && random() < 0.4;
    before = optional;
    if (skipped) continue;
    const [, who = 'a', words = ''] = /^\??([ac]): (.*)$/u.exec(line) ?? [];
    turns.push({ [who === 'a' ? 'agent' : 'customer']: say(words, language, draw, kept) });
  }
  const agent = draw.of(voices[language]);
  const customer = draw.of(voices[language].filter((voice) => voice !== agent));
  return {
    id,
    language,
    layout: draw.of(['agent-left', 'agent-right']),
    agent: { voice: agent, speed: draw.whole(98, 116) / 100, db: -21 },
    customer: { voice: customer, speed: draw.whole(96, 118) / 100, pitch: draw.whole(96, 103) / 100, db: -24 },
    line: {
      snr_db: draw.whole(22, 36),
      noise: draw.of(['hiss', 'hiss', 'hum', 'street']),
      crosstalk_db: -32,
      packet_loss: draw.of([0, 0, 0.004, 0.01]),
    },
    meta: { title: `${scene.name}, made by us` },
    turns,
  };
}

/** All calls: each scene so often, one after another. */
export function callScripts(times: Readonly<Record<Language, number>>, seed: number): readonly (readonly [string, unknown])[] {
  const out: (readonly [string, unknown])[] = [];
  for (let round = 0; round < Math.max(times.zh, times.en); round += 1) {
    for (const [language, scenes] of [
      ['zh', scenesZh],
      ['en', scenesEn],
    ] as const) {
      if (round >= times[language]) continue;
      scenes.forEach((scene, index) => {
        const number = round * scenes.length + index + 1;
        const id = `${language}-made-${String(number).padStart(2, '0')}`;
        out.push([id, callScript(id, language, scene, seed * 1000 + number * 2 + (language === 'zh' ? 0 : 1))]);
      });
    }
  }
  return out;
}

if (import.meta.main) {
  const [, , folder = '.', seed = '5'] = process.argv;
  mkdirSync(folder, { recursive: true });
  for (const [id, script] of callScripts({ zh: 2, en: 2 }, Number(seed)))
    writeFileSync(join(folder, `${id}.yaml`), `${JSON.stringify(script, null, 1)}\n`);
}
