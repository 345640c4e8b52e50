import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { addKeyToFile, createKeyFile, KeyEncryptionKeys, loadKeyFile } from './keys.ts';
import { VaultKeyUnusable } from './vault.port.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-keys-'));
  path = join(folder, 'secret', 'vault-keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const keysIn = (file: string): string[] =>
  (JSON.parse(readFileSync(file, 'utf8')) as { keys: { key: string }[] }).keys.map((k) => k.key);

function errorOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was expected to throw.');
}

describe('createKeyFile', () => {
  it('makes one key that only its owner may read, and says its id', () => {
    const id = createKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(loadKeyFile(path).newestId).toBe(id);
  });

  it('never overwrites a file', () => {
    createKeyFile(path);
    const before = readFileSync(path);
    expect(() => createKeyFile(path)).toThrow(/exists and is not overwritten/);
    expect(readFileSync(path)).toEqual(before);
  });

  it('leaves nothing beside it, whether it made one or found one', () => {
    createKeyFile(path);
    expect(() => createKeyFile(path)).toThrow(VaultKeyUnusable);
    expect(readdirSync(join(path, '..'))).toEqual(['vault-keys.json']);
  });

  it('makes another key each time', () => {
    createKeyFile(path);
    createKeyFile(join(folder, 'other.json'));
    expect(keysIn(path)).not.toEqual(keysIn(join(folder, 'other.json')));
  });
});

describe('addKeyToFile', () => {
  it('puts a newer key behind the older ones, which still open what they wrapped', () => {
    const first = createKeyFile(path);
    const wrapped = loadKeyFile(path).wrap(Buffer.alloc(32, 7), ['x']);
    const second = addKeyToFile(path);
    const keys = loadKeyFile(path);
    expect(keys.newestId).toBe(second);
    expect(keys.unwrap(first, wrapped, ['x'])).toEqual(Buffer.alloc(32, 7));
    expect(() => keys.unwrap(second, wrapped, ['x'])).toThrow(VaultKeyUnusable);
  });

  it('leaves a file of the same mode, and no other beside it', () => {
    createKeyFile(path);
    addKeyToFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'secret'))).toEqual(['vault-keys.json']);
  });
});

describe('loadKeyFile', () => {
  it('says what to do when there is no file', () => {
    expect(() => loadKeyFile(path)).toThrow(/no key file at .*Restore it from its backup/);
  });

  it.each<[string, (text: string) => string]>([
    ['cut short', (text) => text.slice(0, -12)],
    ['of another format', (text) => text.replace('casetrail-vault-keys', 'other')],
    ['of a later version', (text) => text.replace('"version": 1', '"version": 2')],
    ['with a shortened key', (text) => text.replace(/"key": "..../, '"key": "')],
    ['with an id of another form', (text) => text.replace(/"id": "./, '"id": "')],
  ])('refuses a file %s without quoting any of it', (_what, damage) => {
    createKeyFile(path);
    const text = readFileSync(path, 'utf8');
    const [key = ''] = keysIn(path);
    writeFileSync(path, damage(text));
    const error = errorOf(() => loadKeyFile(path));
    expect(error).toBeInstanceOf(VaultKeyUnusable);
    expect(error.message).toContain('Restore it from its backup');
    const printed = inspect(error, { depth: Infinity, showHidden: true });
    for (let at = 0; at + 8 <= key.length; at++) {
      expect(printed).not.toContain(key.slice(at, at + 8));
    }
  });

  it.each([0o604, 0o602, 0o620, 0o666, 0o644])('refuses a file with mode %o', (mode) => {
    createKeyFile(path);
    chmodSync(path, mode);
    expect(() => loadKeyFile(path)).toThrow(/open to others than its owner .* chmod 600/);
  });

  it.each([0o600, 0o400, 0o440])('takes a file with mode %o', (mode) => {
    const id = createKeyFile(path);
    chmodSync(path, mode);
    expect(loadKeyFile(path).newestId).toBe(id);
  });

  it('refuses two keys with one id', () => {
    createKeyFile(path);
    const file = JSON.parse(readFileSync(path, 'utf8')) as { keys: object[] };
    writeFileSync(path, JSON.stringify({ ...file, keys: [...file.keys, ...file.keys] }));
    expect(() => loadKeyFile(path)).toThrow(VaultKeyUnusable);
  });
});

describe('KeyEncryptionKeys', () => {
  it('shows no key when it is printed, inspected or turned into JSON', () => {
    const key = Buffer.from('a key of 32 bytes, in plain text');
    const keys = new KeyEncryptionKeys([{ id: '0000aaaa', key }]);
    const shown = [inspect(keys, { depth: 9, showHidden: true }), JSON.stringify(keys), `${keys}`];
    for (const text of shown) {
      for (const form of ['utf8', 'hex', 'base64'] as const) {
        expect(text).not.toContain(key.toString(form));
      }
      expect(text).not.toContain([...key].slice(0, 4).join(', '));
    }
  });

  it('names the key that is missing', () => {
    const keys = KeyEncryptionKeys.random();
    const wrapped = keys.wrap(Buffer.alloc(32), []);
    expect(() => keys.unwrap('ffff0000', wrapped, [])).toThrow(/needs key-encryption key ffff0000/);
  });

  it('needs at least one key', () => {
    expect(() => new KeyEncryptionKeys([])).toThrow(RangeError);
  });
});
