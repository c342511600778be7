/** The settings of the strategy as a person would choose them for the loop, by the names of its properties. */
export function settingsOf({
  url,
  keyFile,
}: {
  readonly url: string;
  readonly keyFile: string;
}): Readonly<Record<string, string>> {
  return { ServerUrl: url, KeyFile: keyFile, Mode: 'Auto' };
}
