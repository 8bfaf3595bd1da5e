import { describe, expect, test } from 'vitest';
import { type Plant, scanForPlants } from './plants.ts';

const card: Plant = { name: 'card', digits: '6222021234567894' };
const identity: Plant = { name: 'identity', digits: '11010119491231002X' };
const cvv: Plant = { name: 'cvv', digits: '737' };
const forms = (text: Uint8Array | string, plant: Plant) =>
  scanForPlants(text, [plant]).map(({ form, where }) => `${form} in ${where}`);

describe('the scan for planted numbers', () => {
  test('finds a number in every form in which it can be written', () => {
    expect(forms('card=6222021234567894;', card)).toContain('digits in text');
    expect(forms('6222 0212 3456 7894', card)).toContain('separated in text');
    expect(forms('6-2-2-2, 0.2.1.2 / 3456_7894', card)).toContain('separated in text');
    expect(forms('卡号是六二二二零二幺二三四五六七八九四。', card)).toContain('chinese in text');
    expect(forms('六二二二，洞两幺两，嗯，三四五六，拐八勾四', card)).toContain('chinese in text');
    expect(forms('陆贰贰贰零贰壹贰叁肆伍陆柒捌玖肆', card)).toContain('chinese in text');
    expect(forms('six triple two, oh two one two, three four five six, um, seven eight nine four', card)).toContain(
      'english in text',
    );
    expect(forms('sixty two twenty two oh two twelve thirty four fifty six seventy eight ninety four', card)).toContain(
      'english in text',
    );
    expect(forms('6222 零二一二 three four five six 7894', card)).toContain('mixed in text');
    expect(forms('一一零一零一一九四九一二三一零零二叉', identity)).toContain('chinese in text');
    expect(forms('11010119491231002x', identity)).toContain('digits in text');
    expect(forms('六'.concat('６２２２０２１２３４５６７８９４'), card)).toContain('digits in text');
  });

  test('finds a number whose digits are the words of a word list', () => {
    const words = [...card.digits].map((digit, index) => ({
      confidence: 0.91,
      endMs: 1000 + index * 300,
      startMs: 900 + index * 300,
      text: digit,
    }));
    expect(forms(JSON.stringify({ words }), card)).toContain('separated in word list');
    const spoken = words.map((word) => ({ ...word, text: '零一二三四五六七八九'[Number(word.text)]! }));
    expect(forms(JSON.stringify(spoken), card)).toContain('chinese in word list');
    expect(forms(JSON.stringify({ payload: JSON.stringify(spoken) }), card)).toContain('chinese in word list');
  });

  test('finds a number among bytes that are no text, and in wide characters', () => {
    const among = Buffer.concat([Buffer.from([0, 255, 254, 128, 7]), Buffer.from(card.digits), Buffer.from([0, 1, 250])]);
    expect(forms(among, card)).toContain('digits in text');
    expect(forms(Buffer.from('the card 6222021234567894 again', 'utf16le'), card)).toContain('digits in text');
  });

  test('finds a short number as words or inside quotes, not by chance in times and hashes', () => {
    expect(forms('the code is seven three seven', cvv)).not.toEqual([]);
    expect(forms('安全码七三七', cvv)).not.toEqual([]);
    expect(forms('{"text":"the code is 737."}', cvv)).not.toEqual([]);
    expect(forms('{"startMs":737,"endMs":27370,"hash":"a737b0000000000000aa"}', cvv)).toEqual([]);
  });

  test('finds nothing where there is nothing', () => {
    expect(forms('6222 people in 2021 and 234567894 others', card)).toEqual([]);
    expect(forms('⟦card⟧ ⟦cvv⟧ agent 8012, 13620 yuan, 2026-10-12', card)).toEqual([]);
    expect(forms(new Uint8Array(1000), card)).toEqual([]);
  });
});
