/** What the bench's own processes are given of its environment: nothing that would set what is measured. */
export function environment(given: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('CASETRAIL_'));
  return { ...Object.fromEntries(inherited), ...given };
}
