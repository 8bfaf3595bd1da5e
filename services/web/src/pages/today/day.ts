const weekdaysZh = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];
const weekdaysEn = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const monthsEn = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A date (`YYYY-MM-DD`, of the centre's zone) so many days later, or earlier. */
export function dayAfter(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** Whether a text is a date that the calendar has. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
}

/** `2026-10-27 周二`, `Tue 27 Oct 2026`. */
export function longDay(date: string, language: 'zh' | 'en'): string {
  const at = new Date(`${date}T00:00:00Z`);
  return language === 'zh'
    ? `${date} ${weekdaysZh[at.getUTCDay()]}`
    : `${weekdaysEn[at.getUTCDay()]} ${at.getUTCDate()} ${monthsEn[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** `10-27`, `27 Oct`: where the year is plain. */
export function shortDay(date: string, language: 'zh' | 'en'): string {
  const at = new Date(`${date}T00:00:00Z`);
  return language === 'zh' ? `${at.getUTCMonth() + 1}-${at.getUTCDate()}` : `${at.getUTCDate()} ${monthsEn[at.getUTCMonth()]}`;
}
