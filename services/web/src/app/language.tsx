import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';

export type Language = 'zh' | 'en';

interface LanguageChoice {
  readonly language: Language;
  choose(language: Language): void;
}

const Choice = createContext<LanguageChoice>({ language: 'zh', choose: () => undefined });
const key = 'plumbline.language';

/** What was chosen before, else what the browser asks for first. */
function first(): Language {
  const kept = localStorage.getItem(key);
  if (kept === 'zh' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState<Language>(first);
  const choose = useCallback((next: Language) => {
    localStorage.setItem(key, next);
    setLanguage(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const value = useMemo(() => ({ language, choose }), [language, choose]);
  return <Choice value={value}>{children}</Choice>;
}

export const useLanguage = (): LanguageChoice => useContext(Choice);

/** A page's words in the chosen language. */
export function useTexts<Texts>(texts: Readonly<Record<Language, Texts>>): Texts {
  return texts[useLanguage().language];
}
