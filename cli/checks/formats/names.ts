/** The formats of `ballast check`. In a file of their own: the command line reads them without reading what makes them. */
export const FORMAT_NAMES = ["text", "json", "md", "sarif", "junit", "github"] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];
