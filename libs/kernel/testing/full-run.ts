/**
 * What starts so many processes, or takes so long, that `npm test` could not have it and stay under
 * three minutes. `npm run test:full` runs it, and CI does; `npm test` says that it is skipped, and why.
 */
export const isFullRun = process.env['CASETRAIL_FULL'] === '1';

export function describeInFull(title: string, body: () => void): void {
  if (isFullRun) describe(title, body);
  else describe.skip(`${title} (skipped: npm run test:full has it)`, body);
}
