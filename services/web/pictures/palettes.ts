/** Colors of a picture. */
export interface Palette {
  /** Background, from top to bottom. */
  readonly wall: string;
  readonly table: string;
  readonly main: string;
  readonly dark: string;
  readonly light: string;
  readonly accent: string;
}

/** Warm colors that go well together and with the page, light or dark. */
export const PALETTES: readonly Palette[] = [
  {
    wall: '#f6e3d5',
    table: '#e7c4a8',
    main: '#c8623f',
    dark: '#8f3f26',
    light: '#ea9f80',
    accent: '#2f5d50',
  },
  {
    wall: '#e6ecdf',
    table: '#c8d4bf',
    main: '#6b8c6a',
    dark: '#435f46',
    light: '#a9c3a3',
    accent: '#b4492e',
  },
  {
    wall: '#f8edd3',
    table: '#e8d19b',
    main: '#d0982f',
    dark: '#8f650f',
    light: '#f0cc7c',
    accent: '#5a3d2b',
  },
  {
    wall: '#e2e8ef',
    table: '#bfcddb',
    main: '#4f6f91',
    dark: '#314a66',
    light: '#8eaac6',
    accent: '#d9794f',
  },
  {
    wall: '#f0e2e8',
    table: '#dac0cc',
    main: '#8a4f6b',
    dark: '#5e3048',
    light: '#bd90a6',
    accent: '#d2a24c',
  },
  {
    wall: '#eee8e1',
    table: '#d5c9bb',
    main: '#8b7765',
    dark: '#5b4a3c',
    light: '#bfae9d',
    accent: '#b4492e',
  },
  {
    wall: '#dfece9',
    table: '#b8d4cf',
    main: '#34807a',
    dark: '#1f5450',
    light: '#7fb9b2',
    accent: '#e0a458',
  },
  {
    wall: '#f9e4df',
    table: '#eec3ba',
    main: '#cd6e68',
    dark: '#94413d',
    light: '#eaa9a3',
    accent: '#44546a',
  },
];
