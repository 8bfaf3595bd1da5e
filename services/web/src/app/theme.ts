import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Ten steps of the one accent: step 7 in light, step 4 in dark are the design's. */
const accent: MantineColorsTuple = [
  '#e7effa',
  '#cfe0f6',
  '#a9c5ea',
  '#93bbf5',
  '#7fb0f3',
  '#5a93e0',
  '#3374c8',
  '#1b5cb5',
  '#164c97',
  '#123d79',
];

export const theme = createTheme({
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '10px' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** The library draws with the design's own tokens. */
export const tokensOfTheDesign: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--bg)',
    '--mantine-color-text': 'var(--tx)',
    '--mantine-color-dimmed': 'var(--tx3)',
    '--mantine-color-default': 'var(--sf)',
    '--mantine-color-default-hover': 'var(--sf2)',
    '--mantine-color-default-color': 'var(--tx)',
    '--mantine-color-default-border': 'var(--bd2)',
    '--mantine-color-error': 'var(--unmet)',
    '--mantine-color-placeholder': 'var(--tx3)',
  };
  return { variables: {}, light: shared, dark: shared };
};
