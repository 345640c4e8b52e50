import { SettingsError } from '#infra/config/config';
import { StoreUnusable, StoreUnavailable } from '#infra/event-store/event-store.errors';
import { ReadStoreUnusable } from '#infra/read-store/read-store.port';
import { VaultDamaged, VaultKeyUnusable, VaultUnavailable } from '#infra/vault/vault.port';
import { EventDamaged } from '#kernel/damaged-event';
import { EventOfNewerBuild } from '#kernel/newer-event';
import { DataFolderUnusable, NoDataFolder } from './data-folder.ts';
import { EventServerRefused } from './event-log.ts';
import { FolderInUse } from './folder-lock.ts';
import { startFault } from './start-fault.ts';

function systemError(given: object): Error {
  return Object.assign(new Error('the words of the system'), given);
}

describe('what is said when the server cannot start', () => {
  it.each([
    new SettingsError(['CASETRAIL_PORT: Give a whole number from 0 to 65535.']),
    new NoDataFolder('There is no data. Make some.'),
    new FolderInUse('It is in use. End the other.'),
    new DataFolderUnusable('A file is missing. Restore it.'),
    new EventServerRefused('It does not answer.', 'Check the address.'),
    new ReadStoreUnusable('It is damaged. Delete it.'),
    new VaultKeyUnusable('The key is another. Restore it.'),
    new VaultDamaged('It is damaged. Restore it.'),
    new EventOfNewerBuild({ type: 'CaseOpened', schemaVersion: 2, stream: 'case-1' }, 1),
    new EventDamaged({ type: 'CaseOpened', stream: 'case-1', revision: 0 }),
  ])('is the message of $name, which says what to do', (error) => {
    expect(startFault(error)).toBe(error.message);
  });

  it.each([
    [new StoreUnusable('/data/events.sqlite: it is damaged'), /damaged\. Restore it/],
    [
      new StoreUnusable('/data/events.sqlite: no JSON. Restore the log.'),
      /JSON\. Restore the log\.$/,
    ],
    [new StoreUnavailable('/data/events.sqlite: the disk is full'), /full\. Make room/],
    [new VaultUnavailable('The vault cannot be used now.'), /now\. Make room/],
  ])('adds what to do to %s', (error, said) => {
    expect(startFault(error)).toMatch(said);
  });

  it.each([
    ['EADDRINUSE', 'another process listens there', 'CASETRAIL_PORT'],
    ['EACCES', 'may not listen there', 'CASETRAIL_PORT'],
    ['EADDRNOTAVAIL', 'no such address', 'CASETRAIL_HOST'],
  ])('names the address for %s, and the setting', (code, what, setting) => {
    const error = systemError({ code, syscall: 'listen', address: '127.0.0.1', port: 3000 });
    const said = startFault(error);
    for (const part of ['127.0.0.1:3000', what, setting, code]) expect(said).toContain(part);
  });

  it.each(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR'])(
    'names the path for %s',
    (code) => {
      const said = startFault(systemError({ code, syscall: 'open', path: '/data/CASETRAIL' }));
      expect(said).toMatch(/^\/data\/CASETRAIL cannot be used: .*\./);
      expect(said).toContain(code);
    },
  );

  it('names of a copy what cannot be written, and what cannot be read', () => {
    const copy = { syscall: 'copyfile', path: '/backup/keys.sqlite', dest: '/data/keys.sqlite' };
    for (const [code, path] of [
      ['ENOSPC', copy.dest],
      ['EROFS', copy.dest],
      ['EACCES', copy.path],
    ] as const) {
      expect(startFault(systemError({ ...copy, code }))).toMatch(`${path} cannot be used: `);
    }
  });

  it.each([
    new TypeError('x is not a function'),
    systemError({ code: 'ESOMETHING', syscall: 'open' }),
    systemError({ code: 'ESOMETHING', syscall: 'listen' }),
    'a text that was thrown',
  ])('is left to the stack for %s', (error) => {
    expect(startFault(error)).toBeUndefined();
  });
});
