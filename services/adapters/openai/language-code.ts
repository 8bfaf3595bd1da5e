/** Names that endpoints use for a language beside its English name: Whisper's own list of other names. */
const otherNames: Readonly<Record<string, string>> = {
  mandarin: 'zh',
  cantonese: 'zh',
  cmn: 'zh',
  yue: 'zh',
  zho: 'zh',
  chi: 'zh',
  eng: 'en',
  burmese: 'my',
  castilian: 'es',
  flemish: 'nl',
  haitian: 'ht',
  'haitian creole': 'ht',
  letzeburgesch: 'lb',
  moldavian: 'ro',
  moldovan: 'ro',
  nynorsk: 'nn',
  panjabi: 'pa',
  pashto: 'ps',
  pushto: 'ps',
  sinhalese: 'si',
  valencian: 'ca',
};

/** Two-letter codes of the languages that recognisers of this interface know. */
const codes = (
  'af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha he hi hr ht hu hy id is it ja jv ka ' +
  'kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv ' +
  'sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh'
).split(' ');

const names: ReadonlyMap<string, string> = new Map([
  ...codes.map((code) => [(new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code).toLowerCase(), code] as const),
  ...Object.entries(otherNames),
]);

/**
 * The ISO 639-1 code for what an endpoint calls a language: `chinese`, `Chinese`, `zh`, `zh-CN`, `cmn` are all `zh`.
 * Undefined for a name that nobody knows, which is the same as not being told.
 */
export function languageCode(name: string | null | undefined): string | undefined {
  const text = name?.trim().toLowerCase().replaceAll('_', '-') ?? '';
  const first = text.split('-')[0] ?? '';
  return names.get(text) ?? names.get(first) ?? (codes.includes(first) ? first : undefined);
}
