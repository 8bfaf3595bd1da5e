import { decimalText } from './decimal.ts';
import type { NumberSpan } from './numbers.ts';

const symbols: Readonly<Record<string, string>> = { USD: '$', GBP: '£', EUR: '€', JPY: '¥', HKD: 'HK$', CAD: 'CA$', AUD: 'A$' };
const months = 'january february march april may june july august september october november december'.split(' ');

/** How an English number is written; undefined where it stays as it was said. `said` is the span's text in lower case. */
export function writtenEnglish(span: NumberSpan, said: string, alone: boolean): string | undefined {
  if (span.kind === 'date') return writtenDate(span, said);
  if (span.kind === 'time') return clock(span.values[0]?.units ?? 0);
  if (span.digits !== undefined) return writtenDigits(span.digits, said, alone);
  const [low, high] = span.values;
  if (low === undefined || span.vague) return undefined;
  if (span.unit === 'ordinal') return ordinal(low.units);
  if (/^one second$|^(?:a|an) /.test(said)) return undefined;
  const scale = /^.* (million|billion|trillion)(?= [a-z]+$|$| united| us| hong| per)/.exec(said)?.[1] ?? '';
  const amount = (value: typeof low): string => scaled(value, scale, said);
  const unit = unitWords(said);
  if (span.kind === 'percent') return high === undefined ? `${amount(low)}%` : `${decimalText(low)} to ${decimalText(high)}%`;
  if (high !== undefined) return `${decimalText(low)} to ${decimalText(high)}${unit}`;
  const symbol = symbols[span.unit ?? ''];
  if (span.kind === 'money' && symbol !== undefined)
    return / cents?$|pence$/.test(said) ? `${symbol}${withCents(decimalText(low))}` : `${symbol}${amount(low)}`;
  return `${amount(low)}${unit}`;
}

/** `5.2 million` as it was said; everything else in full. `point five` has no nought. */
function scaled(value: { readonly units: number; readonly places: number }, scale: string, said: string): string {
  const by = { million: 1_000_000, billion: 1_000_000_000, trillion: 1_000_000_000_000 }[scale];
  const scales = said.match(/\b(?:thousand|million|billion|trillion)\b/g)?.length ?? 0;
  if (by !== undefined && scales === 1) {
    const units = value.units / by;
    if (value.places === 0 && Number.isInteger(units * 1000)) return `${units} ${scale}`;
  }
  const text = decimalText(value);
  return said.startsWith('point ') && text.startsWith('0.') ? text.slice(1) : text;
}

const withCents = (text: string): string => (/\.\d$/.test(text) ? `${text}0` : text);

const unitWords = (said: string): string =>
  /\s((?:business |working |hong kong |us |canadian |australian |percentage |basis )?(?:days?|weeks?|months?|quarters?|years?(?: old)?|hours?|minutes?|mins|seconds?|times|instal?ments|shares|points?|yuan|rmb|kuai|renminbi|dollars?|pounds?|euros?))$/.exec(
    said,
  )?.[0] ?? '';

function ordinal(value: number): string {
  const tail = value % 100 >= 11 && value % 100 <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[value % 10] ?? 'th');
  return `${value}${tail}`;
}

const two = (part: number): string => String(part).padStart(2, '0');
const clock = (minutes: number): string =>
  `${two(Math.floor(minutes / 60) === 0 ? 12 : Math.floor(minutes / 60))}:${two(minutes % 60)}`;

/** Telephone numbers of ten digits in 3-3-4; a pair that stands alone is a time of day when it can be one. */
function writtenDigits(digits: string, said: string, alone: boolean): string {
  if (/^\d{10}$/.test(digits) && !/\d/.test(said)) return digits.replace(/(\d{3})(\d{3})(\d{4})/, '$1-$2-$3');
  const pair = /^(\d{1,2})([1-5]\d)$/.exec(digits);
  if (
    alone &&
    pair !== null &&
    /^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:ten|\w+teen|eleven|twelve|twenty|thirty|forty|fifty)/.test(
      said,
    )
  ) {
    const hour = Number(pair[1]);
    if (hour >= 1 && hour <= 12) return `${two(hour)}:${pair[2]}`;
  }
  return digits;
}

/** In the order in which it was said: july 25 2012, 25 july 2012, october 1905. */
function writtenDate({ date }: NumberSpan, said: string): string | undefined {
  const { year, month, day } = date ?? {};
  if (month === undefined) return undefined;
  const name = /[a-z]{3,}/g;
  const named = [...said.matchAll(name)]
    .map(([word]) => word)
    .find((word) => months.some((each) => each === word || each.startsWith(word)));
  const monthName = named ?? months[month - 1] ?? '';
  const dayFirst = day !== undefined && said.indexOf(monthName) > 4;
  const parts = dayFirst ? [day, monthName, year] : [monthName, day, year];
  return parts.filter((part) => part !== undefined).join(' ');
}

const measures: readonly (readonly [string, string])[] = [
  ['square kilometers?', 'km²'],
  ['square meters?', 'm²'],
  ['square feet', 'sq ft'],
  ['square miles?', 'sq mi'],
  ['cubic meters?', 'm³'],
  ['cubic deci ?meters?', 'dm³'],
  ['cubic centimeters?', 'cm³'],
  ['kilometers? per hour', 'km/h'],
  ['miles per hour', 'mph'],
  ['kilometers?', 'km'],
  ['centimeters?', 'cm'],
  ['millimeters?', 'mm'],
  ['micrometers?', 'μm'],
  ['nanometers?', 'nm'],
  ['meters?', 'm'],
  ['miles?', 'mi'],
  ['feet', 'ft'],
  ['inch(?:es)?', 'in'],
  ['kilograms?', 'kg'],
  ['milligrams?', 'mg'],
  ['grams?', 'g'],
  ['ounces?', 'oz'],
  ['hectares?', 'ha'],
  ['lumens?', 'lm'],
  ['c c', 'cc'],
  ['giga ?watt hours?', 'gWh'],
  ['kilo ?watt hours?', 'kWh'],
  ['megawatts?', 'mW'],
  ['kilowatts?', 'kW'],
  ['megahertz', 'mhz'],
  ['kilohertz', 'khz'],
  ['gigabytes?', 'gb'],
  ['megabytes?', 'mb'],
  ['kilobits?', 'kb'],
  ['horsepower', 'hp'],
  ['volts?', 'v'],
  ['milliliters?', 'ml'],
  ['liters?', 'l'],
];
const afterNumber = String.raw`((?:^|\s)-?(?:\d[\d.]*|\.\d+)(?: million| billion)?) `;
const rules: readonly (readonly [RegExp, string])[] = [
  ...measures.map(([words, symbol]): [RegExp, string] => [new RegExp(`${afterNumber}${words}(?![a-z])`, 'gi'), `$1 ${symbol}`]),
  [new RegExp(`${afterNumber}per square meter(?![a-z])`, 'gi'), '$1 /m²'],
  [/(\d{2}:\d{2}) ?([ap])\.? ?m\b\.?/gi, '$1 $2.m.'],
  [/(\d{2}:\d{2}) g m t\b/gi, '$1 gmt'],
  [/\bplus (\d{1,2}) ?(\d{3}-\d{3}-\d{4})/gi, '+$1 $2'],
  [/(\bssn\b\D{0,12})(\d{3})(\d{2})(\d{4})\b/gi, '$1$2-$3-$4'],
];

/** Units, telephone prefixes and parts of the day around numbers that are written already. */
export const polishedEnglish = (text: string): string => rules.reduce((done, [pattern, by]) => done.replace(pattern, by), text);
