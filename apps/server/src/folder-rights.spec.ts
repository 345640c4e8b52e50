import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolderUnusable } from './data-folder.ts';
import { closeToOthers } from './folder-rights.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-rights-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SOMEBODY_ELSE = 4_711;
const mode = () => statSync(folder).mode & 0o777;

describe('the rights of others to a data folder', () => {
  it.each([0o777, 0o755, 0o770, 0o701])(
    'are taken, and it is said that they were there: %o',
    (had) => {
      chmodSync(folder, had);
      expect(closeToOthers(folder)).toBe(had.toString(8));
      expect(mode()).toBe(0o700);
      expect(closeToOthers(folder)).toBeUndefined();
    },
  );

  it.each([0o777, 0o705])(
    'are refused where it is another user’s and open to everybody: %o',
    (had) => {
      chmodSync(folder, had);
      const asSomebodyElse = () => closeToOthers(folder, SOMEBODY_ELSE);
      expect(asSomebodyElse).toThrow(DataFolderUnusable);
      expect(asSomebodyElse).toThrow(`${folder} is open to everybody (mode ${had.toString(8)})`);
      expect(mode()).toBe(had);
    },
  );

  it('of its group are left where it is another user’s, as they may be how the server reaches it', () => {
    chmodSync(folder, 0o770);
    expect(closeToOthers(folder, SOMEBODY_ELSE)).toBeUndefined();
    expect(mode()).toBe(0o770);
  });
});
