/**
 * The colours of a chart by what they mean. An option names a colour by a marker no picture uses otherwise; the finished
 * SVG carries a CSS custom property in its place, so that one picture serves the light and the dark page, and stands alone
 * in the light colours.
 */
export const MARKERS = {
  ink: "#0a0b01",
  muted: "#0a0b02",
  line: "#0a0b03",
  surface: "#0a0b04",
  today: "#0a0b05",
  proposed: "#0a0b06",
  equity: "#0a0b07",
  maintenance: "#0a0b08",
  loss: "#0a0b09",
} as const;

export type Meaning = keyof typeof MARKERS;

/** The page's colours. Text colours keep at least 4.5 : 1 against page and panel, lines that carry meaning 3 : 1. */
export const LIGHT: Readonly<Record<Meaning | "page" | "panel" | "pass" | "fail" | "warn" | "passSoft" | "failSoft" | "warnSoft", string>> = {
  page: "#ffffff",
  panel: "#f5f7fa",
  surface: "#ffffff",
  ink: "#131a24",
  muted: "#525d6b",
  line: "#dce1e8",
  today: "#7b8694",
  proposed: "#1d5fc4",
  equity: "#1d5fc4",
  maintenance: "#a8590a",
  loss: "#c0271d",
  pass: "#12693b",
  fail: "#b3201a",
  warn: "#8a5300",
  passSoft: "#e8f5ee",
  failSoft: "#fdeeec",
  warnSoft: "#fdf3e1",
};

export const DARK: typeof LIGHT = {
  page: "#0e1218",
  panel: "#161c25",
  surface: "#0e1218",
  ink: "#e9edf3",
  muted: "#a2adbb",
  line: "#2b3441",
  today: "#8793a2",
  proposed: "#7fb2ff",
  equity: "#7fb2ff",
  maintenance: "#f0a95c",
  loss: "#ff8478",
  pass: "#6fd79c",
  fail: "#ff8f85",
  warn: "#f3bd62",
  passSoft: "#11271c",
  failSoft: "#2e1614",
  warnSoft: "#2b210f",
};
