import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardNumbers, identityNumbers } from '../../test/doubles/said-numbers.ts';
import { isCardExpiry, isCardNumber, isIdentityNumber, isMobileNumber, isServiceNumber, passesLuhn } from './check-digits.ts';

const change = (text: string, at: number, by: number): string =>
  text.slice(0, at) + String((Number(text[at]) + by) % 10) + text.slice(at + 1);

describe('check digits', () => {
  test("published numbers pass Luhn's check, and one wrong digit fails it", () => {
    for (const digits of ['4111111111111111', '5555555555554444', '378282246310005', '6222021234567894'])
      expect(isCardNumber(digits)).toBe(true);
    fc.assert(
      fc.property(cardNumbers, fc.nat(), fc.integer({ min: 1, max: 9 }), (digits, place, by) => {
        expect(isCardNumber(digits)).toBe(true);
        expect(passesLuhn(change(digits, place % digits.length, by))).toBe(false);
      }),
    );
  });

  test('an identity number has a region, a birth date and the right last place', () => {
    expect(isIdentityNumber('11010519491231002X')).toBe(true);
    expect(isIdentityNumber('110101198511200121')).toBe(true);
    for (const wrong of ['110101198511200122', '110101198513200121', '990101198511200121', '11010119851120012'])
      expect(isIdentityNumber(wrong)).toBe(false);
    fc.assert(
      fc.property(identityNumbers, fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (digits, place, by) => {
        expect(isIdentityNumber(digits)).toBe(true);
        expect(isIdentityNumber(change(digits, place, by))).toBe(false);
      }),
    );
  });

  test('mobiles, card expiries and numbers that everybody may know', () => {
    for (const mobile of ['13800138000', '8613800138000', '008619912345678', '013800138000'])
      expect(isMobileNumber(mobile)).toBe(true);
    for (const other of ['12800138000', '1380013800', '23800138000']) expect(isMobileNumber(other)).toBe(false);
    for (const expiry of ['0829', '082029', '202908', '2908', '829']) expect(isCardExpiry(expiry)).toBe(true);
    for (const other of ['1399', '0', '20', '132029']) expect(isCardExpiry(other)).toBe(false);
    for (const service of ['95559', '4008208820', '10086', '12378', '110', '08001234567'])
      expect(isServiceNumber(service)).toBe(true);
    for (const other of ['13800138000', '4111', '07700900142']) expect(isServiceNumber(other)).toBe(false);
  });
});
