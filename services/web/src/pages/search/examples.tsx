import { Popover } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Language } from '../../app/language.tsx';
import { searchTexts } from './search-texts.ts';

/** Expressions to begin with, each in one sentence; taking one puts it into the box. */
export function Examples({
  language,
  onTake,
}: {
  readonly language: Language;
  readonly onTake: (expression: string) => void;
}): ReactNode {
  const texts = searchTexts[language];
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="btn" aria-expanded={open} onClick={() => setOpen(!open)}>
          {texts.examples}
        </button>
      </Popover.Target>
      <Popover.Dropdown className="examples">
        {examples[language].map(([expression, meaning]) => (
          <button
            key={expression}
            type="button"
            onClick={() => {
              setOpen(false);
              onTake(expression);
            }}
          >
            <code>{expression}</code>
            <span>{meaning}</span>
          </button>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

const examples: Readonly<Record<Language, readonly (readonly [string, string])[]>> = {
  zh: [
    ['"保证收益"', '任何人说过这几个字'],
    ['坐席: ~"本产品不保证本金和收益"', '坐席说过这句，或听起来像这句的话'],
    ['坐席: ~"保证收益" 之外 ("不保证" 或 "不能保证")', '说了前面的，且不在后面的说法里'],
    ['坐席: 前20秒: "您好" 之前/10秒 ~"工号"', '开头 20 秒内，先问好，10 秒内报工号'],
    ['客户: #negate 之后/1轮 坐席: @risk_question', '坐席问风险之后，客户答了否'],
    ['静默 > 15秒', '有 15 秒以上没有人说话'],
    ['次数(坐席: @fillers) >= 8', '坐席的口头语不少于 8 次'],
  ],
  en: [
    ['"guaranteed return"', 'Anyone said these words'],
    ['agent: ~"this product does not guarantee principal"', 'The agent said this, or something that sounds like it'],
    ['"guaranteed" outside ("not guaranteed" or "no guaranteed")', 'The first, and not as part of the second'],
    [
      'agent: first 20s: "good morning" before/10s ~"my name is"',
      'In the first 20 seconds, the one within 10 seconds of the other',
    ],
    ['customer: #negate after/1turn agent: @risk_question', 'The customer said no when asked about the risk'],
    ['silence > 15s', 'Nobody spoke for more than 15 seconds'],
    ['count(agent: @fillers) >= 8', 'The agent used fillers eight times or more'],
  ],
};
