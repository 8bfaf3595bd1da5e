/** Luhn's check of a digit string (ISO/IEC 7812-1, annex B): right for every bank card number. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    if (digit < 0 || digit > 9) return false;
    sum += index % 2 === 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9;
  }
  return digits.length > 1 && sum % 10 === 0;
}

/** First digits that issuers of bank cards use: Visa, Mastercard, American Express, UnionPay, JCB, Diners, Discover, domestic ones. */
const issuers = /^(4|5[0-8]|2[2-7]|3[045678]|6|81|9[0-9])/;

/** A whole bank card number: 13 to 19 digits of a known kind of issuer that pass Luhn's check, and not one digit over and over. */
export function isCardNumber(digits: string): boolean {
  return digits.length >= 13 && digits.length <= 19 && issuers.test(digits) && !/^(\d)\1*$/.test(digits) && passesLuhn(digits);
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Region of a known province, then a birth date that there is. */
export function looksLikeIdentityNumber(text: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(text)) return false;
  const region = Number(text.slice(0, 2));
  const year = Number(text.slice(6, 10));
  return region >= 11 && region <= 83 && year >= 1900 && year <= 2099 && isMonthAndDay(text.slice(10, 14));
}

/** A mainland identity number with the right check digit (GB 11643-1999, ISO 7064 mod 11-2); `X` stands for ten. */
export function isIdentityNumber(text: string): boolean {
  if (!looksLikeIdentityNumber(text)) return false;
  const sum = weights.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return '10X98765432'[sum % 11] === text[17];
}

/** An identity number of the first generation: 15 digits with a two-digit year. */
export function isOldIdentityNumber(digits: string): boolean {
  return /^[1-8]\d{14}$/.test(digits) && isMonthAndDay(digits.slice(8, 12));
}

function isMonthAndDay(text: string): boolean {
  const month = Number(text.slice(0, 2));
  const day = Number(text.slice(2));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** A mainland mobile number, with or without the country's code. */
export function isMobileNumber(digits: string): boolean {
  return /^(?:(?:00)?86|0)?1[3-9]\d{9}$/.test(digits);
}

/** Month and year as on a card: MMYY, MMYYYY, YYMM or YYYYMM. */
export function isCardExpiry(digits: string): boolean {
  const month = (text: string): boolean => /^(0[1-9]|1[0-2])$/.test(text);
  if (digits.length === 3) return /^[1-9][2-4]\d$/.test(digits);
  if (digits.length === 4) return month(digits.slice(0, 2)) || month(digits.slice(2));
  if (digits.length === 5) return /^[1-9]20[2-4]\d$/.test(digits);
  return (
    digits.length === 6 &&
    ((month(digits.slice(0, 2)) && digits.startsWith('20', 2)) || (month(digits.slice(4)) && digits.startsWith('20')))
  );
}

/** Numbers that everybody may know: a bank's hotline, toll-free and emergency numbers. */
export function isServiceNumber(digits: string): boolean {
  return /^(?:0\d{2,3})?95\d{3,4}$|^(?:[48]00)\d{7}$|^(?:800|888|877|866|855|844)\d{7}$|^0(?:800|808|300|345)\d{6,7}$|^1[12]\d{3}$|^100\d\d$|^1\d\d$|^123\d\d$/.test(
    digits,
  );
}
