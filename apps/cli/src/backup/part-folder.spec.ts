import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#kernel/clock';
import { SmallDisk } from '../../../../test/e2e/storage-faults.testkit.ts';
import { BackupRefused } from './manifest.ts';
import { openPart } from './part-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'casetrail-part-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const open = (target: string) => openPart(target, systemClock);

describe('a place for a backup', () => {
  it('that is not taken in the end is as it was, and so are the folders above it', () => {
    const part = open(join(root, 'of-2026', 'november', 'backup'));
    expect(readdirSync(join(root, 'of-2026', 'november'))).toEqual(['backup.part']);
    part.discard();
    expect(readdirSync(root)).toEqual([]);
  });

  it('leaves the folders above it where somebody else has put something', () => {
    const part = open(join(root, 'of-2026', 'november', 'backup'));
    writeFileSync(join(root, 'of-2026', 'notes'), '');
    part.discard();
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(['of-2026', 'of-2026/notes']);
  });

  it.each(['backup', 'backup.part'])('is refused where %s is a file, which stays', (name) => {
    writeFileSync(join(root, name), 'of somebody');
    expect(() => open(join(root, 'backup'))).toThrow(`${join(root, name)} is a file`);
    expect(readFileSync(join(root, name), 'utf8')).toBe('of somebody');
    expect(readdirSync(root)).toEqual([name]);
  });
});

it('a place below a file is refused by the path that is none', () => {
  writeFileSync(join(root, 'file'), 'of somebody');
  expect(() => open(join(root, 'file', 'backup'))).toThrow(/ENOTDIR.*file\/backup\.part'$/);
  expect(readFileSync(join(root, 'file'), 'utf8')).toBe('of somebody');
});

const mayMount = SmallDisk.isPossible();
const onDisk = mayMount ? describe : describe.skip;

onDisk(`a full disk${mayMount ? '' : ' (skipped: it needs the right to mount a tmpfs)'}`, () => {
  let disk: SmallDisk;
  let folder: string;
  beforeEach(() => {
    disk = new SmallDisk(1);
    folder = join(disk.folder, 'data');
    mkdirSync(join(folder, 'backups'));
  });
  afterEach(() => disk.remove());

  it('is said to be one for a backup, and nothing is left on it', () => {
    disk.fill();
    const opened = () => open(join(folder, 'backups', 'today'));
    expect(opened).toThrow(BackupRefused);
    expect(opened).toThrow(
      /^The backup cannot be written to [^ ]*today\.part \(database or disk is full\)\. .*make room/,
    );
    expect(readdirSync(join(folder, 'backups'))).toEqual([]);
  });

  it('keeps what a killed backup left, until there is room', () => {
    mkdirSync(join(folder, 'backups', 'today.part'));
    writeFileSync(join(folder, 'backups', 'today.part', 'events.sqlite'), 'left');
    disk.fill();
    expect(() => open(join(folder, 'backups', 'today'))).toThrow('has left in it may be deleted');
    expect(readdirSync(join(folder, 'backups', 'today.part'))).toContain('events.sqlite');
    disk.empty();
    open(join(folder, 'backups', 'today')).discard();
    expect(readdirSync(join(folder, 'backups'))).toEqual([]);
  });
});
