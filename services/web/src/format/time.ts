/** `1:02.7`: a place in a call, milliseconds from its start. Rounded down, so that no place is after what it names. */
export function callTime(ms: number): string {
  const tenths = Math.floor(Math.max(0, ms) / 100);
  return `${minutes(Math.floor(tenths / 10))}.${tenths % 10}`;
}

/** `1:02`, `1:02:03`: a length, rounded to the second. */
export function duration(ms: number): string {
  return minutes(Math.round(Math.max(0, ms) / 1000));
}

function minutes(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours > 0 ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `2026-10-19 10:41` in zh, `19 Oct 2026, 10:41` in en, on the clock of whoever looks. */
export function moment(at: number, language: 'zh' | 'en'): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (language === 'zh') return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
  return `${date.getDate()} ${monthsEn[date.getMonth()] ?? ''} ${date.getFullYear()}, ${clock}`;
}

/** `10-19 10:41`, `19 Oct 10:41`: where the year is plain. */
export function shortMoment(at: number, language: 'zh' | 'en'): string {
  const whole = moment(at, language);
  return language === 'zh' ? whole.slice(5) : whole.replace(/ \d{4},/, '');
}

/** `10:42:08`. */
export const clockTime = (at: number): string => new Date(at).toTimeString().slice(0, 8);

const monthsEn = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14 分钟`, `14 min`: how long something has waited; the largest unit that fits. */
export function age(ms: number, language: 'zh' | 'en'): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: [number, string, string][] = [
    [86_400, '天', 'd'],
    [3_600, '小时', 'h'],
    [60, '分钟', 'min'],
    [1, '秒', 's'],
  ];
  const [size, zh, en] = units.find(([each]) => seconds >= each) ?? [1, '秒', 's'];
  return `${Math.floor(seconds / size)} ${language === 'zh' ? zh : en}`;
}
